"""Families' papers through the commands of the school office: a file set, and one paper by hand."""

from pathlib import Path
from typing import Any

import pytest

from consent.lifecycle import guardian_of
from pds.identifiers import OrgId
from pds.intake import LocalId
from pds.node import open_node
from tests.cli.town import MAPPING, MINATO, Town, build_town
from tests.world.processes import CommandFailedError, pds_here

CHILD = "town=aiko"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    built = build_town(tmp_path, "2099-12-31")
    mapping = MAPPING.replace('{ value = "given" }', '{ column = "decision" }')
    (tmp_path / "papers.toml").write_text(mapping, encoding="utf-8")
    return built


def bring(town: Town, *papers: str) -> dict[str, Any]:
    """Import Aiko with two guardians and these papers: guardian, purpose, day, decision."""
    folder = town.files(MINATO, ["aiko"], 2026)
    (folder / "guardians.csv").write_text("student,guardian\naiko,mother\naiko,father\n", encoding="utf-8")
    rows = ["student,guardian,purpose,date,decision", *(f"aiko,{paper}" for paper in papers)]
    (folder / "consents.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    mapping = town.root / "papers.toml"
    return pds_here("import", "csv", folder, "--as", MINATO, "--mapping", mapping, node=town.node(MINATO))


def counted(town: Town) -> bool:
    asked = ("consent", "explain", "--as", MINATO, "--purpose", "statistics", CHILD)
    return bool(pds_here(*asked, node=town.node(MINATO))["allowed"])


def test_an_older_paper_in_a_later_file_set_does_not_undo_a_no(town: Town) -> None:
    bring(town, "mother,statistics,2024-04-06,given")
    assert counted(town)
    bring(town, "father,statistics,2024-05-01,refused")
    bring(town, "father,statistics,2024-04-06,given", "mother,statistics,2024-04-07,given")
    assert not counted(town)
    with pytest.raises(CommandFailedError, match="said no on that day or later"):
        pds_here(
            *("consent", "grant", "--as", MINATO, "--purpose", "statistics", "--signed-on", "2024-04-30", CHILD),
            *("--guardian", "town-guardian=mother"),
            node=town.node(MINATO),
        )
    bring(town, "father,statistics,2024-05-02,given")
    assert counted(town)


def test_a_paper_of_a_day_to_come_is_refused_with_its_place(town: Town) -> None:
    with pytest.raises(CommandFailedError, match=r"consents\.csv.*2.*signed_on.*yet to come"):
        bring(town, "mother,statistics,2098-04-06,given")


def test_with_several_guardians_a_paper_by_hand_says_whose_it_is(town: Town) -> None:
    bring(town)
    grant = ("consent", "grant", "--as", MINATO, "--purpose", "statistics", "--signed-on", "2024-04-30", CHILD)
    with pytest.raises(CommandFailedError, match=r"several guardians.*--guardian"):
        pds_here(*grant, node=town.node(MINATO))
    with pytest.raises(CommandFailedError, match="no guardian of that identifier"):
        pds_here(*grant, "--guardian", "town-guardian=aunt", node=town.node(MINATO))
    given = pds_here(*grant, "--guardian", "town-guardian=father", node=town.node(MINATO))["consent"]
    assert counted(town)
    with open_node(town.node(MINATO)) as node:
        school, student = OrgId(MINATO), LocalId("town", "aiko")
        vault = node.vaults.find(school, student.scheme, student.value)
        assert vault is not None
        father = guardian_of(node, school, vault, [LocalId("town-guardian", "father")])
        assert [signed.holder for signed in node.vaults.authorisations(vault).signatures[given]] == [father]
    withdraw = ("consent", "withdraw", "--as", MINATO, CHILD, given)
    with pytest.raises(CommandFailedError, match=r"several guardians.*--guardian"):
        pds_here(*withdraw, node=town.node(MINATO))
    pds_here(*withdraw, "--guardian", "town-guardian=mother", node=town.node(MINATO))
    assert not counted(town)


def test_the_office_enters_that_a_child_is_protected_from_a_guardian_and_nothing_waits_for_them(town: Town) -> None:
    bring(town)
    named = ("--as", MINATO, CHILD)
    pds_here("guardian", "set", *named, "--guardian", "2", "--protected", "yes", node=town.node(MINATO))
    listed = pds_here("guardian", "list", *named, node=town.node(MINATO))["guardians"]
    assert [one["protected_from"] for one in listed] == [False, True]
    grant = ("consent", "grant", *named, "--purpose", "transfer", "--signed-on", "2024-04-30")
    with pytest.raises(CommandFailedError):
        pds_here(*grant, "--guardian", "town-guardian=father", node=town.node(MINATO))
    assert pds_here(*grant, "--guardian", "town-guardian=mother", node=town.node(MINATO))["state"] == "active"
    asked = ("account", "invite", "--as", MINATO, "--student", CHILD, "--guardian", "town-guardian=father")
    with pytest.raises(CommandFailedError, match="protected"):
        pds_here(*asked, node=town.node(MINATO))


def by_hand(town: Town, *options: str) -> dict[str, Any]:
    """Enter one paper of Aiko's mother by hand."""
    grant = ("consent", "grant", "--as", MINATO, "--guardian", "town-guardian=mother", CHILD, *options)
    return pds_here(*grant, node=town.node(MINATO))


def test_a_paper_that_is_entered_by_hand_twice_is_one_consent(town: Town) -> None:
    bring(town)
    paper = ("--purpose", "statistics", "--signed-on", "2024-04-06")
    first = by_hand(town, *paper)
    assert by_hand(town, *paper) == first
    assert by_hand(town, *paper[:-1], "2024-05-06") == first  # signed once more
    assert by_hand(town, *paper, "--until", "2098-03-31") != first
    shown = pds_here("vault", "show", CHILD, "--as", MINATO, node=town.node(MINATO))
    assert len(shown["consents"]) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--purpose", "statistics", "--signed-on", "0001-01-01"), "before the child's time"),
        (("--purpose", "transfer", "--signed-on", "2024-04-06", "--recipient", "ZZ"), "not in the directory"),
        (("--purpose", "teaching", "--signed-on", "2024-04-06", "--recipient", "ZZ"), "not in the directory"),
    ],
)
def test_a_paper_that_nobody_can_have_signed_is_refused(town: Town, options: tuple[str, ...], said: str) -> None:
    bring(town)
    with pytest.raises(CommandFailedError, match=said) as refused:
        by_hand(town, *options)
    assert refused.value.code == 2
    with pytest.raises(CommandFailedError, match=r"consents\.csv.*2.*signed_on.*before the child's time"):
        bring(town, "mother,statistics,0001-01-01,given")
