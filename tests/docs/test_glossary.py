"""The glossary: each term once, in order, with its Japanese, its meaning and a module that is there."""

import re

from tests.docs.pages import ROOT, page, quoted, rows

TERMS = rows(page("glossary.md"))
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def test_each_term_stands_once_and_in_alphabetical_order() -> None:
    terms = [cells[0] for cells in TERMS]
    assert len(terms) > 50
    assert terms == sorted({term.lower() for term in terms})


def test_no_two_terms_have_one_japanese_word() -> None:
    japanese = [cells[1] for cells in TERMS]
    assert all(JAPANESE.search(word) for word in japanese)
    assert sorted(japanese) == sorted(set(japanese))


def test_each_term_says_what_it_is_in_one_line_and_what_the_field_calls_it() -> None:
    for term, _, meaning, source, _ in TERMS:
        assert meaning.endswith("."), term
        assert meaning[0].isupper() or meaning[0].isdigit(), term
        assert source, term


def test_each_term_names_a_module_that_is_there() -> None:
    for term, *_, module in TERMS:
        [path] = quoted(module)
        assert (ROOT / path).is_file(), term


def test_whoever_begins_to_read_is_led_to_the_glossary() -> None:
    assert "(docs/glossary.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(glossary.md)" in page("architecture.md")
