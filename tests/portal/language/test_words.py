"""Every word a person reads is in both languages, whole, with its places; figures and days read naturally."""

import ast
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from pds.records import CATEGORIES, Attendance, MoodWeather, Record
from pds.transfer import State
from pds.vault import Purpose
from portal.components.icons import WEATHERS
from portal.language import vocabulary, words
from portal.language.words import LOCALE
from tests.house.source import ROOT, modules, texts

PORTAL = ROOT / "portal"
KEYWORDS = {"say": None, "phrase": None, "_": None, "gettext": None}
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
PLACES = re.compile(r"%\((\w+)\)s")
FIGURES = {"portal/language/words.py"}  # patterns of days and the names of eras are no messages


@cache
def messages() -> dict[str, str]:
    """Every message of the portal, with a file it stands in."""
    with (PORTAL / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file, "babel.cfg")  # type: ignore[no-untyped-call]  # of Babel
    found = extract_from_dir(PORTAL, methods, options, keywords=KEYWORDS)
    return {message: file for file, _, message, _, _ in found if isinstance(message, str)}


@cache
def english() -> tuple[tuple[str, str, str], ...]:
    """File, message and translation of every entry of every catalogue."""
    entries = []
    for file in sorted((LOCALE / "en").glob("*.po")):
        with file.open("rb") as text:
            entries += [(file.name, str(it.id), str(it.string)) for it in read_po(text, abort_invalid=True) if it.id]
    return tuple(entries)


def test_every_message_has_its_english() -> None:
    translated = {message for _, message, text in english() if text.strip()}
    assert not {message: file for message, file in messages().items() if message not in translated}


def test_no_catalogue_keeps_a_message_that_nobody_says() -> None:
    assert not [(file, message) for file, message, _ in english() if message not in messages()]


def test_a_translation_has_the_places_of_its_message_and_no_other() -> None:
    for file, message, text in english():
        assert sorted(PLACES.findall(text)) == sorted(PLACES.findall(message)), (file, message)
        assert PLACES.sub("", text).replace("%%", "").count("%") == 0, (file, message)


def test_a_translation_has_the_elements_of_its_message() -> None:
    for file, message, text in english():
        assert sorted(re.findall(r"<[^>]+>", text)) == sorted(re.findall(r"<[^>]+>", message)), (file, message)


def test_two_catalogues_agree_on_a_message_that_both_have() -> None:
    said: dict[str, str] = {}
    for file, message, text in english():
        assert said.setdefault(message, text) == text, (file, message)


def test_no_translation_is_japanese() -> None:
    assert not [(file, text) for file, _, text in english() if JAPANESE.search(text)]


def test_no_japanese_of_the_code_is_outside_the_catalogues() -> None:
    stray = [
        (name, text)
        for name, (_, tree) in modules().items()
        if name.startswith("portal/") and name not in FIGURES
        for text in texts(_without_docstrings(tree))
        if JAPANESE.search(text) and text not in messages()
    ]
    assert not stray


def _without_docstrings(tree: ast.Module) -> ast.Module:
    """Attributes have docstrings too; none of them is said."""
    kept = [node for node in tree.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    return ast.Module(body=kept, type_ignores=[])


@pytest.mark.parametrize("file", sorted((PORTAL / "templates").rglob("*.html")), ids=lambda file: file.name)
def test_no_japanese_of_a_template_is_outside_the_catalogues(file: Path) -> None:
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(file.read_text())
    for data in tree.find_all(nodes.TemplateData):
        plain = data.data.replace('<span lang="ja">日本語</span>', "")
        assert not JAPANESE.search(plain), plain
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str) and JAPANESE.search(constant.value):
            assert constant.value in messages()


def test_a_day_reads_as_people_write_it() -> None:
    day, at = date(2026, 10, 14), datetime(2026, 10, 14, 11, 4, tzinfo=UTC)
    ja, en = words("ja"), words("en")
    assert (ja.day(day), en.day(day)) == ("10月14日(水)", "Wed 14 Oct")
    assert (ja.full_day(day), en.full_day(day)) == ("2026年10月14日(水)", "Wed 14 Oct 2026")
    assert (ja.moment(at), en.moment(at)) == ("10月14日 20時04分", "14 Oct, 20:04")
    assert (ja.clock(at), en.clock(at)) == ("20時04分", "20:04")
    assert (ja.weekday(day), en.weekday(day)) == ("水", "We")
    assert (ja.month(day), en.month(day)) == ("10月", "Oct")


def test_a_moment_late_in_london_is_the_next_day_in_japan() -> None:
    assert words("ja").moment(datetime(2026, 3, 31, 15, 30, tzinfo=UTC)) == "4月1日 0時30分"


def test_a_school_year_is_named_by_its_beginning_and_its_era() -> None:
    years = {2026: "令和8年度", 2019: "令和元年度", 2018: "平成30年度", 1989: "平成元年度", 1950: "1950年度"}
    assert {year: words("ja").school_year(year) for year in years} == years
    assert words("en").school_year(2026) == "school year 2026"


def test_a_figure_has_its_separators_and_exactly_its_decimals() -> None:
    assert words("ja").number(5160) == "5,160"
    assert words("en").number(Decimal("0.1"), 2) == "0.10"
    assert words("ja").number(-3.25, 1) == "-3.2"


def test_a_language_we_do_not_have_is_japanese() -> None:
    assert words("fr") is not words("en")
    assert words("../../etc").say("欠席") == "欠席"


def test_a_value_is_no_message_and_no_format() -> None:
    assert (
        words("ja")
        .say("%(subject)sは%(first)sから%(last)sです。", subject="%(x)s", first="欠席", last=1)
        .startswith("%(x)sは欠席から1")
    )


def test_every_code_of_the_records_has_words() -> None:
    ja = words("ja")
    for category in CATEGORIES:
        assert JAPANESE.search(vocabulary.category(ja, category)), category
    for purpose in Purpose:
        assert JAPANESE.search(vocabulary.purpose(ja, purpose)), purpose
    for state in State:
        assert JAPANESE.search(vocabulary.move(ja, state)), state
    for code in get_args(Record.model_fields["author_role"].annotation):
        assert JAPANESE.search(vocabulary.position(ja, code)), code
    for code in get_args(Attendance.model_fields["status"].annotation):
        assert JAPANESE.search(vocabulary.attendance(ja, code)), code
    for grade in get_args(Record.model_fields["grade"].annotation):
        assert JAPANESE.search(ja.grade(grade)), grade
    pictures = set(get_args(MoodWeather.model_fields["weather"].annotation))
    assert pictures | {"none"} == WEATHERS
    assert all(JAPANESE.search(vocabulary.mood(ja, code)) for code in pictures)


def test_a_code_we_have_no_word_for_stays_itself() -> None:
    assert vocabulary.subject(words("en"), "X999") == "X999"
    assert words("ja").grade("Z1") == "Z1"
    assert words("ja").grade("") == ""


def test_words_are_said_in_english() -> None:
    assert vocabulary.subject(words("en"), "P030") == "Maths"
    assert words("en").grade("P5") == "Elementary year 5"
