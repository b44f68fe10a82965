"""What greets and says nothing else, in the languages that people write here."""

from __future__ import annotations

import pytest

from fedconnect.forum.greetings import is_greeting


@pytest.mark.parametrize(
    "text",
    [
        "Hello fresh food bank volunteers needed", "Hi, does anybody know a plumber?", "Hey?", "Good practice in dementia care",
        "Guten Appetit", "Tagespflege gesucht", "Liebe ist kein Pflegekonzept, sondern Arbeit", "Moin, wer kennt eine Tagespflege in Kiel", "",
        "Olay çok önemli", "Hi " + "x" * 60, "12345", "!!!", "tag test", "Morgen Termin", "hi need help", "Dear diary", "Liebe Grüße",
    ],
)  # fmt: skip
def test_what_says_something_is_no_greeting(text: str) -> None:
    assert not is_greeting(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hi all", "Hello everyone! 👋", "Good morning Leeds", "Dear all,", "hey folks", "Hallo zusammen!", "Guten Morgen ihr Lieben ☀️",
        "Moin", "Dear Mrs Smith,", "Hallo Köln", "Liebe Kolleginnen und Kollegen,", "Hola a todas y todos", "¡Buenos días!", "Bonjour à tous !", "Coucou tout le monde",
        "Ciao a tutti", "Bom dia pessoal", "Goedemorgen allemaal", "Dzień dobry wszystkim", "Dobrý den", "Hei kaikille", "Hej alla",
        "Merhaba arkadaşlar", "Всем привет", "Здравствуйте!", "Вітаю всіх", "Καλημέρα σας", "السلام عليكم", "مرحباً بكم جميعاً", "שלום לכולם",
        "Danke!", "Thank you all", "¡Muchas gracias!", "नमस्ते", "大家好", "こんにちは", "안녕하세요 여러분",
    ],
)  # fmt: skip
def test_who_greets_says_nothing_yet(text: str) -> None:
    assert is_greeting(text)
