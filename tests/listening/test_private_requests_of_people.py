"""Private messages at the edge between a request and words that somebody should read."""

from __future__ import annotations

import pytest

from fedconnect.listening.private_requests import Answer, ListenRequest, PrivateRequest, read

NAMED = frozenset({"respite"})


@pytest.mark.parametrize(
    "text", ["end it all", "End it all now.", "end it, please", "quit it all", "halt mich bitte"]
)
def test_words_of_somebody_in_distress_are_no_stop(text: str) -> None:
    assert read(text, NAMED) == PrivateRequest()


@pytest.mark.parametrize("text", ["me", "sie", "mir"])
def test_half_an_answer_is_none(text: str) -> None:
    assert read(text) == PrivateRequest()


@pytest.mark.parametrize(
    "text",
    ["no me siento segura", "nein, ich kann nicht mehr", "no more", "basta ya, me pega", "not ok", "please", "all",
     "I do not", "Para qué", "sí pero tengo miedo", "yes 1", "\u200b", "🙂", "no\u0301"],
)  # fmt: skip
def test_an_answer_with_one_word_more_is_for_people(text: str) -> None:
    assert read(text, NAMED) == PrivateRequest()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("stop" + " " * 396, Answer.STOP),
        ("stop" + " " * 397, None),
        ("no " * 30, Answer.NO),
        ("no " * 31, None),
    ],
)
def test_four_hundred_letters_and_thirty_words_are_read_and_no_more(text: str, answer: Answer | None) -> None:
    assert read(text) == PrivateRequest(answer=answer)


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("LISTEN", ListenRequest()), ("zuhören nachts", ListenRequest(None, 20, 23)), ("listen 9-9", ListenRequest(None, 9, 8)),
        ("listen 0-24", ListenRequest()), ("escuchar por la noche", ListenRequest(None, 20, 23)),
        ("listen UTC+2", ListenRequest(zone="Etc/GMT-2")),
        ("@respite@forum.example listen respite", ListenRequest()),
    ],
)  # fmt: skip
def test_every_shape_of_an_offer_is_read(text: str, offer: ListenRequest) -> None:
    assert read(text, NAMED) == PrivateRequest(listen=offer)


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("listen mornings\nMadrid", ListenRequest(None, 6, 11, "Europe/Madrid")),
        ("zuhören von 18 bis 22 Uhr", ListenRequest(None, 18, 21)),
    ],
)
def test_an_offer_over_two_lines_or_until_a_german_hour_is_read(text: str, offer: ListenRequest) -> None:
    assert read(text, NAMED) == PrivateRequest(listen=offer)


@pytest.mark.parametrize(
    "text", ["listen to me", "listen only me", "listen sleep", "listen 18-25", "zuhören, Wien"]
)
def test_an_offer_with_one_part_too_many_enlists_nobody(text: str) -> None:
    assert read(text, NAMED) == PrivateRequest(means_listening=True)
