"""Which word of a family counts, where a word is about a kind of record that only a newer program has."""

from datetime import date

from pds.records import Category
from pds.vault.words import Matter, Signature, Word, objectors, outdated

NEWER, ATTENDANCE = Category("kind_to_come"), Category.ATTENDANCE
ALL, ONE, OTHER = (Matter("teaching", "B1", kinds) for kinds in ((), (NEWER,), (ATTENDANCE,)))


def said(by: str, day: int, matter: Matter, *, agrees: bool) -> Word:
    return Word(Signature(by, "", date(2026, 5, day), on_paper=True, seq=day), agrees, matter)


def standing(words: list[Word], matter: Matter) -> set[str]:
    return set(objectors(words, matter, lambda name: name))


def test_a_no_to_everything_is_a_no_to_a_newer_kind_too() -> None:
    no = said("mother", 2, ALL, agrees=False)
    assert outdated([no], ONE, said("father", 1, ONE, agrees=True).by)
    assert standing([no], ONE) == standing([no], ALL) == {"mother"}


def test_a_no_to_a_newer_kind_stands_against_everything_and_not_against_another_kind() -> None:
    no = said("mother", 2, ONE, agrees=False)
    assert standing([no], ALL) == {"mother"}
    assert standing([no], OTHER) == set()


def test_a_no_is_taken_back_by_a_later_yes_to_all_that_it_had_in_common_with_what_is_asked() -> None:
    for no, matter, yes, stands in (
        (ALL, ONE, ONE, False),
        (ALL, ONE, OTHER, True),
        (ALL, ALL, ONE, True),
        (ALL, ALL, ALL, False),
        (ONE, ALL, ONE, False),
        (ONE, ALL, OTHER, True),
    ):
        words = [said("mother", 2, no, agrees=False), said("mother", 3, yes, agrees=True)]
        assert standing(words, matter) == ({"mother"} if stands else set())
