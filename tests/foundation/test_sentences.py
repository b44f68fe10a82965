"""Where sentences end: never at a number, a time, a date, an abbreviation or an initial, in whatever script."""

from __future__ import annotations

import itertools
import time

import pytest

from fedconnect.foundation.sentences import ends


def split(text: str, language: str = "") -> list[str]:
    places = [0, *ends(text, language)]
    return [text[one:other].strip() for one, other in itertools.pairwise(places)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It restarts at about 2 a.m. without any word in the log"),
        ("en", "The meeting of 12 Jan. in the hall is off, see Fig. 2 in the plan"),
        ("en", "After the update from 4.2.1 to 4.3.0 it uses 3.5 times as much"),
        ("en", "I asked Dr. Smith and J. R. Miller at 5 St. Mary's Rd. about it"),
        ("en", "Is that (really?) true! he said"),
        ("de", "Am 3. Oktober um 18.30 Uhr in der Hauptstr. 5 bei Dr. Müller, z.B. mit Kuchen"),
        ("", "Am 3. Oktober um 18.30 Uhr in der Hauptstr. 5 bei Dr. Müller, u. a. mit Kuchen"),
        ("en", "Am 3. Oktober kostet es ca. 15 Euro bzw. etwas mehr, d.h. pro Tag"),
        ("fr", "Voir M. Dupont, p. ex. pour l'art. 5 du code"),
        ("es", "El Sr. García atiende a las 8 a. m. en la Avda. 5"),
        ("ru", "Кто знает, где на ул. Ленина, д. 5, т.е. рядом, живёт А.С. Пушкин"),
        ("pl", "Spotkanie 12 stycz. o godz. 18 na ul. Długiej"),
        ("cs", "Sejdeme se 3. října v 18 hod. v č. p. 5"),
        ("en", "See www.example.org/a.b?c=d or write to a.b@example.org today"),
    ],
)
def test_no_sentence_ends_there(language: str, text: str) -> None:
    assert split(text, language) == [text]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["We wrote three times.", "Nobody answered!", "What now?", "Thanks"]),
        ("en", ["It was in 2020.", "Nobody came."]),
        ("en", ["my mum fell.", "what now?", "thanks"]),
        ("en", ["Three questions about the bus lane:", "1. Who paid for it?", "2. Who was asked?"]),
        ("en", ["What I need:", "- a bed - a chair"]),
        ("de", ["Wer kennt eine Tagespflege?", "Danke euch!"]),
        ("es", ["¿Alguien sabe algo?", "¡Gracias!"]),
        ("fr", ["Bonjour à tous !", "Merci !"]),
        ("hi", ["फॉर्म कहाँ मिलेगा।", "मेरी माँ बीमार हैं।"]),
        ("ar", ["هل يعرف أحد مكتباً قريباً؟", "شكراً"]),
        ("ur", ["کیا کسی کو معلوم ہے؟", "شکریہ۔", "میں"]),
        ("ja", ["これは質問です。", "長い文章。"]),
        ("zh", ["哪里可以修自行车？", "谢谢！"]),
        ("ko", ["도와주실 분 있나요?", "감사합니다."]),
        ("hy", ["Ես չգիտեմ։", "Արդյո՞ք։"]),
        ("am", ["ሰላም።", "እንዴት ናችሁ።"]),
        ("km", ["សួស្តី។", "អរគុណ។"]),
        ("el", ["Ξέρει κανείς;", "Ευχαριστώ."]),
        ("da", ["Kender nogen en god læge?", "Tak."]),
    ],
)
def test_a_sentence_ends_in_any_script(language: str, sentences: list[str]) -> None:
    joint = "" if language in {"ja", "zh"} else " "
    assert split(joint.join(sentences), language) == sentences
    assert split(joint.join(sentences)) == sentences, "also where nobody says which language it is"


def test_nothing_has_no_sentence_and_the_end_of_a_text_is_one() -> None:
    assert (ends(""), ends("  "), ends("words "), ends("words", "de-AT")) == ([], [], [5], [5])


@pytest.mark.parametrize(
    "piece", ["a. ", "A.", "1. ", '"', "(", "...", "。", "a.b.c. ", ": - ", "\u0e01", "👩‍👧 "]
)
def test_x06_no_hostile_line_takes_more_than_a_moment(piece: str) -> None:
    before = time.process_time()
    for language in ("", "en", "da", "ca"):
        ends((piece * 64_000)[:64_000], language)
    assert time.process_time() - before < 0.25
