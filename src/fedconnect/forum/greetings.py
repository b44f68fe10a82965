"""Whether a line only greets or thanks: "Hallo zusammen!", "Buenos días a todos", "Thanks!". That is no title."""

from __future__ import annotations

import re

_LONGEST = 60
_BETWEEN = re.compile(r"[\s,，、!！.。…:;¡¿()\"“”„«»—–]+")
#: How greetings begin, in the languages that people write here most; several words stand as one.
_BEGINNINGS = """
hi hey hello hiya howdy heya yo dear greetings morning afternoon evening good-morning good-afternoon good-evening good-day
g'day happy-monday happy-friday
hallo hallöchen hej servus moin moinmoin grüezi guten-morgen guten-tag guten-abend gute-nacht morgen tag abend liebe lieber
liebes ihr-lieben grüß-gott grüss-gott grüß-euch sehr-geehrte
hola buenas buenos-días buenos-dias buenas-tardes buenas-noches querida querido queridos queridas estimados estimadas
bonjour bonsoir salut coucou cher chère chers chères
ciao salve buongiorno buonasera buon-giorno buona-sera cari care
olá ola oi bom-dia boa-tarde boa-noite caros
hoi goedemorgen goedemiddag goedenavond goedendag goede-morgen dag beste lieve
cześć czesc hejka dzień-dobry dzien-dobry witam witajcie drodzy
ahoj dobrý-den dobry-den zdravím čau
hei moi terve hyvää-huomenta hyvää-päivää hyvää-iltaa heippa
hejsan god-morgon god-morgen god-dag god-kväll kära kjære tjena
merhaba merhabalar selam günaydın iyi-akşamlar iyi-günler
здравствуйте привет всем-привет всем-добрый-день добрый-день доброе-утро добрый-вечер уважаемые дорогие
вітаю привіт всім-привіт добрий-день доброго-дня доброго-ранку шановні
γεια γεια-σας γειά-σας καλημέρα καλησπέρα
مرحبا مرحباً أهلا أهلاً السلام-عليكم سلام صباح-الخير مساء-الخير سلام-علیکم
שלום היי בוקר-טוב ערב-טוב
नमस्ते नमस्कार
你好 您好 大家好 各位好 早上好 晚上好
こんにちは こんばんは おはようございます おはよう はじめまして 初めまして
안녕하세요 안녕 여러분-안녕하세요
thanks thank-you many-thanks danke danke-schön vielen-dank gracias muchas-gracias merci grazie obrigado obrigada bedankt dank-je
dziękuję dzięki díky teşekkürler sağol спасибо дякую شكراً شكرا תודה धन्यवाद 谢谢 ありがとう 감사합니다
xin-chào chào selamat-pagi selamat-siang habari kumusta bună bună-ziua salutare szia sziasztok üdv
"""
#: Whom greetings are said to, and what is said beside them.
_ADDRESSEES = """
all everyone everybody there folks friends guys people team community neighbours neighbors colleagues fediverse mastodon world
you y'all again from the to and of my good day morning evening again
zusammen alle allerseits ihr ihr lieben leute freunde kolleginnen kollegen und innen liebe lieben miteinander community an euch in
die runde freundinnen nachbarn nachbarinnen damen herren tag wunderschönen schönen
a todos todas todes tod@s amigos amigas gente compañeras compañeros vecinos vecinas y e tal qué días tardes noches muy
à tous toutes tout le monde et les amis ami·es collègues voisins
a tutti tutte ragazzi pessoal gente todos todas iedereen allemaal mensen wszystkim wszyscy państwo kaikki kaikille ihmiset alla
allihopa alle sammen folkens všem všichni přátelé herkese arkadaşlar
всем друзья коллеги вам усім друзі σε όλους σας بكم جميعا جميعاً للجميع لكم كلكم לכולם חברים सभी को दोस्तों सबको 大家 各位 皆さん みなさん 여러분 các bạn mọi người tuturor
"""
#: Words that begin other sentences as well, so that a name after them is none.
_WEAK = frozenset(
    [
        "dear",
        "tag",
        "morgen",
        "morning",
        "afternoon",
        "evening",
        "abend",
        "dag",
        "liebe",
        "lieber",
        "liebes",
        "lieve",
        "beste",
        "cari",
        "care",
        "caros",
        "cher",
        "chers",
        "chère",
        "chères",
        "querida",
        "querido",
        "queridos",
        "queridas",
        "estimados",
        "estimadas",
        "drodzy",
        "уважаемые",
        "дорогие",
        "шановні",
        "kära",
        "kjære",
        "moi",
        "oi",
        "terve",
        "heya",
        "habari",
    ]
)
_GREETINGS = frozenset(tuple(one.split("-")) for one in _BEGINNINGS.split())
_MOST_WORDS = max(len(one) for one in _GREETINGS)
_SAID_TO = frozenset(_ADDRESSEES.split())


def is_greeting(text: str) -> bool:
    """Whether a line or sentence greets, perhaps a name or two, and says nothing else."""
    if len(text) > _LONGEST or "?" in text:
        return False
    words = [word for word in _BETWEEN.split(text.casefold()) if any(letter.isalnum() for letter in word)]
    is_closed = text.rstrip().endswith((",", "!", "，", "！"))
    return any(
        words[:place] == [word for word in words[:place] if word in _SAID_TO]
        and _greets(words[place:], is_closed=is_closed)
        for place in range(min(2, len(words)))  # "Everybody, good morning": some languages say it so
    )


def _greets(words: list[str], *, is_closed: bool) -> bool:
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        if tuple(words[:count]) in _GREETINGS:
            names = [word for word in words[count:] if word not in _SAID_TO]
            return len(names) <= (2 if is_closed else int(words[0] not in _WEAK))
    return False
