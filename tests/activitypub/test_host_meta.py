"""Where a host's WebFinger is instead: what is read of a host-meta, what is refused, and that nobody is asked for long."""

from __future__ import annotations

import time

import pytest

from fedconnect.activitypub import host_meta, webfinger
from fedconnect.activitypub.webfinger import Handle
from fedconnect.foundation import caches
from fedconnect.foundation.errors import AddressRefused, FetchFailed, Malformed
from support.federation_rows import OtherServers

ANA = "https://social.home.example/users/ana"
HANDLE = Handle("ana", "home.example")
WELL_KNOWN = "https://home.example/.well-known/"
FINGER = WELL_KNOWN + "webfinger?resource=acct%3Aana%40home.example"
TEMPLATE = "https://social.home.example/finger?r={uri}"
THERE = TEMPLATE.replace("{uri}", "acct%3Aana%40home.example")
JRD = {
    "subject": "acct:ana@home.example",
    "links": [{"rel": "self", "type": "application/activity+json", "href": ANA}],
}


def xrd(
    template: str = TEMPLATE, head: str = '<?xml version="1.0" encoding="UTF-8"?>', more: str = ""
) -> bytes:
    return (
        f'{head}\n<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">{more}'
        f'<Link rel="lrdd" type="application/xrd+xml" template="{template}"/></XRD>'
    ).encode()


@pytest.fixture(autouse=True)
def split(others: OtherServers) -> None:
    """A domain whose WebFinger is elsewhere, and that says so in its host-meta alone."""
    caches.clear_all()
    others.say(FINGER, b"", 404)
    others.say(WELL_KNOWN + "host-meta", xrd(), kind="application/xrd+xml")
    others.say(WELL_KNOWN + "host-meta.json", b"", 404)
    others.say(THERE, JRD)


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\0", b"<html>", b"<a></b>", b"\xff\xfe<", b"<?xml version='1.0' encoding='x-unknown'?><a/>", b"<XRD>&a;</XRD>",
        xrd(head=BOMB, more="&b;"), xrd(head=FILE, more="&a;"), xrd(head="<!DOCTYPE XRD>"),
        xrd(head='<!DOCTYPE x SYSTEM "https://evil.example/x.dtd">'),
    ],
)  # fmt: skip
def test_xml_with_a_doctype_or_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        host_meta.read_xrd(body)


@pytest.mark.parametrize(
    "template",
    [
        "https://social.home.example/finger", "http://social.home.example/?r={uri}", "ftp://x.example/{uri}", "//x.example/{uri}",
        "https://{uri}.evil.example/", "https://a:b@x.example/{uri}", "https://x.example/#{uri}", "{uri}", "javascript:{uri}",
        "https://x.example/{uri}" + "x" * 3000, "https://[x/{uri}",
    ],
)  # fmt: skip
def test_a_template_that_leads_anywhere_else_than_by_https_to_one_place_is_none(
    others: OtherServers, template: str
) -> None:
    others.say(WELL_KNOWN + "host-meta", xrd(template.replace("&", "&amp;")))
    with pytest.raises(FetchFailed, match="404"):
        webfinger.look_up(HANDLE)
    assert [url for _, url in others.asked] == [
        FINGER,
        WELL_KNOWN + "host-meta",
        WELL_KNOWN + "host-meta.json",
    ]


@pytest.mark.parametrize("status", [400, 401, 410, 500, 503])
def test_only_where_there_is_nothing_is_host_meta_asked(others: OtherServers, status: int) -> None:
    others.say(FINGER, b"", status)
    with pytest.raises(FetchFailed, match=str(status)):
        webfinger.look_up(HANDLE)
    assert others.asked == [("GET", FINGER)]


@pytest.mark.parametrize("error", [FetchFailed("timeout"), AddressRefused("private")])
def test_a_host_that_does_not_answer_or_may_not_be_reached_is_asked_nothing_more(
    others: OtherServers, error: Exception
) -> None:
    others.fail(FINGER, error)
    with pytest.raises(FetchFailed):
        webfinger.look_up(HANDLE)
    assert others.asked == [("GET", FINGER)]


def test_a_host_meta_that_names_the_same_place_or_does_not_end_costs_one_look_in_ten_minutes(
    others: OtherServers,
) -> None:
    others.say(WELL_KNOWN + "host-meta", xrd(WELL_KNOWN + "webfinger?resource={uri}"))
    for _ in range(2):
        with pytest.raises(FetchFailed, match="404"):
            webfinger.look_up(HANDLE)
    assert [url for _, url in others.asked] == [FINGER, WELL_KNOWN + "host-meta", FINGER]
    other = "https://long.example/.well-known/"
    others.say(other + "host-meta", xrd(more=" " * host_meta.MAX_BYTES))
    assert host_meta.webfinger_address("long.example", "https", "acct:a@long.example") is None


def test_what_is_elsewhere_and_missing_there_too_is_missing(others: OtherServers) -> None:
    others.say(THERE, b"", 404)
    with pytest.raises(FetchFailed, match="404"):
        webfinger.look_up(HANDLE)
    assert len(others.asked) == 3


def test_a_handle_is_found_where_the_host_meta_leads(others: OtherServers) -> None:
    account = webfinger.look_up(HANDLE)
    assert (str(account.subject), account.actor_uri) == ("@ana@home.example", ANA)
    assert [url for _, url in others.asked] == [FINGER, WELL_KNOWN + "host-meta", THERE]
    others.asked.clear()
    webfinger.look_up(HANDLE)
    assert [url for _, url in others.asked] == [FINGER, THERE]


def test_so_it_is_where_webfinger_itself_redirects_where_we_do_not_go(others: OtherServers) -> None:
    others.redirect(FINGER, "http://home.example/finger")
    assert webfinger.look_up(HANDLE).actor_uri == ANA


@pytest.mark.parametrize("name", ["host-meta", "host-meta.json"])
def test_a_host_meta_in_json_is_one(others: OtherServers, name: str) -> None:
    others.say(WELL_KNOWN + "host-meta", b"", 404)
    links = [
        {"rel": "other", "template": "https://x.example/{uri}"},
        1,
        {"rel": "lrdd"},
        {"rel": "lrdd", "template": TEMPLATE},
    ]
    others.say(WELL_KNOWN + name, {"links": links}, kind="application/json")
    assert webfinger.look_up(HANDLE).actor_uri == ANA


def test_other_links_and_a_document_without_a_namespace_are_no_trouble() -> None:
    more = '<Link rel="describedby" template="https://x.example/{uri}"/><Link rel="lrdd" href="https://x.example/"/>'
    assert host_meta.read_xrd(xrd(more=more)) == [TEMPLATE]
    assert host_meta.read_xrd(xrd().replace(b' xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"', b"")) == [
        TEMPLATE
    ]


def test_a_host_meta_is_read_in_linear_time() -> None:
    began = time.process_time()
    host_meta.read_xrd(xrd(more="<a>" * 10_000 + "</a>" * 10_000))
    assert time.process_time() - began < 0.5
