"""Sign-in names that cannot be mistaken for another's, and passwords that nobody guesses in an afternoon."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pds.people import LONGEST, LONGEST_NAME, Flaw
from pds.people.choosing import flaw_of, name_form, password_form

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@pytest.mark.parametrize(
    "name", ["haruka", "aoyama.haruka@example.jp", "p5-2_03", "Ｈａｒｕｋａ", " haruka ", "h" * LONGEST_NAME]
)
def test_a_name_of_letters_and_digits_is_taken_however_it_is_typed(name: str) -> None:
    form = name_form(name)
    assert form is not None
    assert form.isascii()
    assert form == name_form(unicodedata.normalize("NFKC", name).strip().upper())


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "h" * (LONGEST_NAME + 1),
        "h" * 200_000,
        "ha\u200bruka",  # zero width
        "ha\u00adruka",  # soft hyphen
        "haruka\u202e",  # turns the direction
        "\u05d0haruka",  # right to left
        "hаruka",  # а of Cyrillic
        "ηaruka",  # η of Greek
        "haruka\ufe0f",
        "はるか",
        "haru\nka",
        "haru ka",
        ".haruka",
        "haruka--x",
        "\ud800",
    ],
)
def test_what_is_invisible_foreign_or_too_long_is_no_name(name: str) -> None:
    assert name_form(name) is None


@pytest.mark.parametrize(
    ("one", "twin"),
    [("haruk1", "harukl"), ("HARUKI", "harukl"), ("s0ra", "sora"), ("rnori", "mori"), ("vvatari", "watari")],
)
def test_names_that_look_alike_are_one(one: str, twin: str) -> None:
    assert name_form(one) == name_form(twin) is not None


@given(name=st.text(max_size=40))
def test_every_name_there_is_has_ascii_letters_and_is_its_own_form_only_once(name: str) -> None:
    form = name_form(name)
    if form is not None:
        assert set(form) <= set(_LETTERS) | set("._@+-")
        assert name_form(form) == form


@pytest.mark.parametrize(
    ("password", "flaw"),
    [
        ("", Flaw.SHORT),
        ("tsuki yoru", None),
        ("tsuki yor", Flaw.SHORT),
        ("tsuki to hoshi no yoru " * 44, None),  # 1,012 characters, all of them
        ("x" * (LONGEST + 1), Flaw.LONG),
        ("tsuki to\u0000 hoshi", Flaw.ODD),
        ("tsuki to \ud800 hoshi", Flaw.ODD),
        ("1234567890", Flaw.GUESSED),
        ("password123", Flaw.GUESSED),
        ("qwertyuiop", Flaw.GUESSED),
        ("aaaaaaaaaaaa", Flaw.GUESSED),
        ("sakurasakura", Flaw.GUESSED),
        ("iloveyou1234", Flaw.GUESSED),
        ("minato.sora1", Flaw.GUESSED),  # of one who is called so
        ("みなと小学校みなと小学校", Flaw.GUESSED),
        ("月と星の夜に鳴く鳥は", None),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused_and_a_long_one_taken(password: str, flaw: Flaw | None) -> None:
    assert flaw_of(password, ["minato.sora", "みなと小学校"]) is flaw


def test_a_password_is_the_same_on_every_keyboard_and_differs_in_its_last_letter() -> None:
    assert password_form("か\u3099き と\u3000くけこ") == password_form("がき と くけこ")
    long = "tsuki to hoshi no yoru " * 10
    assert password_form(long + "a") != password_form(long + "b")
