"""What a private message asks for: a request only where every word is understood; the rest is for people."""

from __future__ import annotations

import pytest

from fedconnect.listening.private_requests import Answer, ListenRequest, PrivateRequest, read

NAMED = frozenset({"respite", "care"})


@pytest.mark.parametrize(
    "text",
    ["", "Hello", "no, I do not feel safe", "yes but who reads this", "stop him, please", "tell me what to do",
     "I want to listen to music", "please stop", "no " * 31, "stop " * 100, "ja, aber ich habe Angst", "no puedo más"],
)  # fmt: skip
def test_words_for_people_are_no_request(text: str) -> None:
    assert read(text, NAMED) == PrivateRequest()


@pytest.mark.parametrize(
    "text",
    [
        "listen, I cannot go on",
        "Listen please help me",
        "zuhören würde mir helfen",
        "escuchar es importante",
        "listen 25-99",
    ],
)
def test_what_begins_like_an_offer_and_is_none_enlists_nobody(text: str) -> None:
    request = read(text, NAMED)
    assert request.listen is None
    assert request.means_listening


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("stop", Answer.STOP), ("@respite@forum.example Stop, please.", Answer.STOP), ("STOPP!", Answer.STOP),
        ("alto", Answer.STOP), ("stop listening", Answer.STOP), ("No", Answer.NO), ("nein danke", Answer.NO),
        ("no, gracias", Answer.NO), ("Not now", Answer.NO), ("yes", Answer.YES), ("Ja, bitte", Answer.YES),
        ("Sí", Answer.YES), ("Yes they may", Answer.YES), ("tell me", Answer.TELL), ("Sag mir Bescheid", Answer.TELL),
        ("avísame por favor", Answer.TELL),
    ],
)  # fmt: skip
def test_short_answers_are_understood_in_three_languages(text: str, answer: Answer) -> None:
    assert read(text) == PrivateRequest(answer=answer)


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("listen", ListenRequest()), ("listen respite, 3 a day, evenings", ListenRequest(3, 18, 22)),
        ("Listen care 2 a day, 18-22, Europe/Berlin", ListenRequest(2, 18, 21, "Europe/Berlin")),
        ("listen 3 a day evenings", ListenRequest(3, 18, 22)), ("listen from 22 to 6", ListenRequest(None, 22, 5)),
        ("listen any time", ListenRequest()), ("zuhören, 2 am Tag, abends, Berlin", ListenRequest(2, 18, 22, "Europe/Berlin")),
        ("escuchar respite, 3 al día, por las tardes, Madrid", ListenRequest(3, 12, 17, "Europe/Madrid")),
    ],
)  # fmt: skip
def test_an_offer_to_listen_is_understood(text: str, offer: ListenRequest) -> None:
    assert read(text, NAMED) == PrivateRequest(listen=offer)
    assert offer.is_any_hour is ((offer.first, offer.last) == (0, 23))


@pytest.mark.parametrize(("text", "zone"), [("Berlin", "Europe/Berlin"), ("UTC+1", "Etc/GMT-1")])
def test_a_time_zone_alone_is_an_answer(text: str, zone: str) -> None:
    assert read(text) == PrivateRequest(zone=zone)


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
