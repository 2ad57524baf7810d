"""The directory says who is who: nobody stands in it by their own word, and nothing replaces keys in silence."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pds.crypto import DocumentType, claimed_document
from pds.errors import PdsError, RefusedError, SignatureError, UnlistedError, UsageError
from pds.holders import SecretHolder, new_holder
from pds.node import Node, create_node, open_node
from pds.node.directory import DirectoryEntry, card_document, publish, read_card, read_directory, sign_root_entry
from tests.world.mutating import left_out, places, put, variants
from tests.world.prefecture import CITY, HIKARI, MINATO, NATION, Prefecture

LAST_DAY = date(2027, 3, 31)
MOST_LETTERS = 400


def entry(secret: SecretHolder, kind: str, parent: SecretHolder | None) -> str:
    """An entry that its parent signs, whatever it says."""
    document = {
        "format": "manabi-directory-entry/1",
        "card": secret.public.model_dump(),
        "name": f"{kind} {secret.id}",
        "kind": kind,
        "parent": None if parent is None else parent.id,
    }
    return (parent or secret).sign(DocumentType.DIRECTORY_ENTRY, document)


def said(root: SecretHolder, *entries: str) -> str:
    """How a directory is taken: as one, or by which sentence it is refused."""
    try:
        read = read_directory(publish(root, 1, LAST_DAY, entries), root.public.fingerprint)
    except PdsError as error:
        return str(error)
    return f"{len(read.entries)} organisations"


def refused(root: SecretHolder, document: Any) -> bool:
    """True when a document that the root signed is refused by a short sentence of ours."""
    try:
        read_directory(root.sign(DocumentType.DIRECTORY, document), root.public.fingerprint)
    except Exception as error:  # noqa: BLE001  # any other is what the test looks for
        return isinstance(error, SignatureError | UsageError) and len(str(error)) < MOST_LETTERS
    return False


def whole() -> tuple[SecretHolder, SecretHolder, dict[str, Any]]:
    """The root, a board, and a directory of both with a school."""
    root, board = new_holder("jp"), new_holder("139998")
    entries = [entry(root, "nation", None), entry(board, "board", root), entry(new_holder("B1"), "school", board)]
    return root, board, claimed_document(publish(root, 1, LAST_DAY, entries))


def test_a_directory_whose_fields_are_of_other_types_is_refused_by_a_sentence() -> None:
    root, _, document = whole()
    fewer = [left_out(document, ("entries", number)) for number in range(3)]  # without its school, it is one still
    fine = [document | {"valid_until": "2026-05-11"}, document | {"serial": 2**53 - 1}, *fewer]
    assert not refused(root, document)
    wrong = [place for place, altered in variants(document) if altered not in fine and not refused(root, altered)]
    assert wrong == []


def test_an_entry_whose_fields_are_of_other_types_is_refused_by_a_sentence() -> None:
    root, board, document = whole()
    school = claimed_document(entry(new_holder("B1"), "school", board))
    fine = {("name",), ("card", "id")}  # a board may vouch for whomever, under whatever name
    rest = [entry(root, "nation", None), entry(board, "board", root)]
    for place, altered in variants(school):
        token = board.sign(DocumentType.DIRECTORY_ENTRY, altered)
        taken = not refused(root, document | {"entries": sorted([*rest, token])})
        assert not taken or place in fine or altered == school | {"x": 1} or _default(altered, school), place


def _default(altered: Any, school: Any) -> bool:
    """True when nothing is altered but that the name of the suite, of which there is one, is left out."""
    return bool(altered == left_out(school, ("card", "suite")))


def test_an_organisation_vouches_for_kinds_below_its_own_alone() -> None:
    root, board, school, other = (new_holder(name) for name in ("jp", "139998", "B1", "139999"))
    top, middle = entry(root, "nation", None), entry(board, "board", root)
    low = entry(school, "school", board)
    assert said(root, top, middle, low) == "3 organisations"
    assert said(root, top, middle, entry(other, "board", board)) == "3 organisations"  # a prefecture and its cities
    assert said(root, top, entry(school, "school", root)) == "2 organisations"
    for kind in ("board", "school", "nation"):
        assert "cannot vouch" in said(root, top, middle, low, entry(other, kind, school))
    assert "cannot vouch" in said(root, top, middle, entry(other, "nation", board))


def test_boards_that_vouch_for_each_other_are_refused() -> None:
    root, one, other = new_holder("jp"), new_holder("a"), new_holder("b")
    top = entry(root, "nation", None)
    assert "no way up" in said(root, top, entry(one, "board", other), entry(other, "board", one))
    assert "no way up" in said(root, top, entry(one, "board", one))


def test_a_way_up_has_at_most_eight_levels() -> None:
    chain = [new_holder("jp"), *(new_holder(f"b{number}") for number in range(8))]
    entries = [entry(chain[0], "nation", None)]
    entries += [entry(one, "board", above) for above, one in pairwise(chain)]
    assert said(chain[0], *entries[:8]) == "8 organisations"
    assert "no way up" in said(chain[0], *entries)


def test_nobody_stands_twice_and_only_a_nation_at_the_top() -> None:
    root, board = new_holder("jp"), new_holder("139998")
    top = entry(root, "nation", None)
    again = entry(new_holder("139998"), "board", root)
    assert "twice" in said(root, top, entry(board, "board", root), again)
    assert "only a nation" in said(root, entry(root, "board", None))


def test_a_serial_never_stands_for_two_contents(prefecture: Prefecture) -> None:
    secret = prefecture.nation.keyring.secret(NATION)
    entries = claimed_document(prefecture.nation.store.get("directory", "in-use").decode())["entries"]  # type: ignore[union-attr]
    node = prefecture.hikari.node
    assert node.directory.serial == 1
    node.use_directory(publish(secret, 1, LAST_DAY, entries))  # the same once more
    fewer = [token for token in entries if claimed_document(token)["card"]["id"] != MINATO]
    for other in (publish(secret, 1, LAST_DAY, fewer), publish(secret, 1, LAST_DAY + timedelta(days=9), entries)):
        with pytest.raises(SignatureError, match="said something else"):
            node.use_directory(other)
    assert MINATO in node.directory.entries
    with node.transaction():
        node.store.drop("directory", "in-use")  # what was seen is remembered all the same
    with pytest.raises(SignatureError, match="said something else"):
        node.use_directory(publish(secret, 1, LAST_DAY, fewer))
    node.use_directory(publish(secret, 2, LAST_DAY, fewer))
    with pytest.raises(SignatureError, match="older"):
        node.use_directory(publish(secret, 1, LAST_DAY, entries))


def test_two_processes_that_publish_at_once_use_two_serials(prefecture: Prefecture) -> None:
    nation = prefecture.nation
    with open_node(nation.folder, prefecture.clock) as beside:
        assert nation.directory.serial == beside.directory.serial == 1
        first = nation.publish_directory(NATION, LAST_DAY)
        second = beside.publish_directory(NATION, LAST_DAY + timedelta(days=1))
        assert [claimed_document(token)["serial"] for token in (first, second)] == [2, 3]
        assert nation.directory.serial == 3  # which another process took in


def made_anew(prefecture: Prefecture, tmp_path: Path, org: str, kind: str, parent: str) -> str:
    """The card of somebody who calls themselves as another organisation is called."""
    create_node(tmp_path / "other", tmp_path / "other.recovery", prefecture.clock)
    with open_node(tmp_path / "other", prefecture.clock) as other:
        return other.add_organisation(org, "みなと小学校", kind, parent)  # type: ignore[arg-type]


def keys_of(node: Node, org: str) -> str:
    card = node.directory.card(org)
    assert card is not None
    return card.fingerprint


def test_another_card_under_a_schools_name_is_refused_until_its_fingerprint_is_typed(
    prefecture: Prefecture, tmp_path: Path
) -> None:
    city, nation = prefecture.city, prefecture.nation
    before = keys_of(nation, MINATO)
    card = made_anew(prefecture, tmp_path, MINATO, "school", CITY)
    wanted = read_card(card).card.fingerprint
    for wrong in (None, "", before, wanted[:-1], "あ"):
        with pytest.raises(RefusedError, match="telephone"):
            city.admit(card, wrong)
    token = city.admit(card, f" {wanted.upper()} ")
    assert [(one.organisation, one.before[0], one.after[0]) for one in city.successions()] == [(MINATO, before, wanted)]
    with pytest.raises(RefusedError, match="telephone"):
        nation.collect(token)
    assert nation.successions() == []
    nation.collect(token, wanted)
    published = nation.publish_directory(NATION, LAST_DAY)
    node = prefecture.hikari.node
    node.use_directory(published)
    assert keys_of(node, MINATO) == wanted
    assert [(one.before[0], one.after[0]) for one in node.successions()] == [(before, wanted)]
    assert len(nation.successions()) == 1


def test_a_card_again_with_another_name_is_no_succession(prefecture: Prefecture) -> None:
    school, city = prefecture.minato.node, prefecture.city
    city.admit(card_document(school.keyring.secret(MINATO), "港小学校", "school", CITY))
    assert city.successions() == []


def test_two_organisations_of_one_name_are_told_apart_by_their_codes_everywhere(prefecture: Prefecture) -> None:
    """A school that calls itself like another is sent nobody's history and given nobody's consent by mistake."""
    nation, city, school = prefecture.nation, prefecture.city, prefecture.hikari.node
    assert school.name_of(MINATO) == "みなと小学校"
    for name in ("みなと小学校", "みなと 小学校", "みなと小学校 "):
        nation.collect(city.admit(card_document(school.keyring.secret(HIKARI), name, "school", CITY)))
        school.use_directory(nation.publish_directory(NATION, LAST_DAY))
        assert school.name_of(MINATO) == f"みなと小学校 ({MINATO})"
        assert school.name_of(HIKARI) == f"{name} ({HIKARI})"
        assert school.name_of(CITY) == "みなと台市教育委員会"
    assert school.name_of("nobody") == "nobody"


def test_a_school_that_moves_below_another_board_needs_the_word_too(prefecture: Prefecture) -> None:
    nation = prefecture.nation
    board = new_holder("139999")
    nation.admit(card_document(board, "となり町", "board", NATION))
    token = entry(prefecture.minato.node.keyring.secret(MINATO), "school", board)
    with pytest.raises(RefusedError, match="another parent"):
        nation.collect(token)


def test_what_is_collected_was_vouched_for_by_a_parent_who_may(prefecture: Prefecture) -> None:
    nation, city = prefecture.nation, prefecture.city.keyring.secret(CITY)
    school, stranger = prefecture.hikari.node.keyring.secret(HIKARI), new_holder("B9")
    forged = claimed_document(entry(stranger, "school", city))
    for token, error in (
        (stranger.sign(DocumentType.DIRECTORY_ENTRY, forged), SignatureError),  # by itself, not by its parent
        (card_document(stranger, "だれか", "school", CITY), SignatureError),  # a card is no entry
        (entry(stranger, "board", school), SignatureError),
        (entry(stranger, "school", new_holder("139997")), UnlistedError),
        (sign_root_entry(stranger, "だれか"), UnlistedError),
        ("x.y.z", SignatureError),
    ):
        with pytest.raises(error):
            nation.collect(token)
    assert len(nation.store.names("entry")) == 5
    assert isinstance(nation.collect(entry(stranger, "school", city)), DirectoryEntry)


def test_a_school_admits_nobody_above_it(prefecture: Prefecture) -> None:
    node = prefecture.minato.node
    with pytest.raises(UsageError, match="does not stand below"):
        node.admit(card_document(new_holder("139997"), "だれか", "board", MINATO))
    with pytest.raises(UsageError, match="does not stand below"):
        node.add_organisation("B7", "分校", "school", MINATO)
    assert "B7" not in node.organisations()


def test_the_mutations_of_the_tests_reach_every_field() -> None:
    document = {"a": {"b": [1]}}
    assert list(places(document)) == [(), ("a",), ("a", "b"), ("a", "b", 0)]
    assert put(document, ("a", "b", 0), 2) == {"a": {"b": [2]}}
    assert left_out(document, ("a", "b")) == {"a": {}}
    assert document == {"a": {"b": [1]}}
