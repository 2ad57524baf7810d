"""Four nodes as processes of their own: a transfer and a study across them, over HTTP and as files."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pds.clock import JAPAN, school_year
from tests.cli.town import CITY, HIKARI, MINATO, NATION, SCORE_TEXT, SIGNED_ON, SURNAME, Town, build_town
from tests.world.processes import CommandFailedError, Seat, Wire, pds, pds_here, recorded, seat, serving

TODAY = datetime.now(UTC).astimezone(JAPAN).date()
YEAR = school_year(TODAY)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Nation, city and two schools with students."""
    built = build_town(tmp_path, f"{TODAY.year + 1}-12-31")
    built.import_files(MINATO, ["aiko", "ken"], YEAR)
    built.import_files(HIKARI, ["mio", "sora"], YEAR)
    return built


@pytest.fixture
def wires(town: Town, tmp_path: Path) -> Iterator[list[Wire]]:
    """Nation and city serve; everything that reaches them is written down."""
    with (
        serving(town.node(NATION), tmp_path / "nation.log") as nation,
        recorded(nation) as top,
        serving(town.node(CITY), tmp_path / "city.log") as city,
        recorded(city) as middle,
    ):
        pds_here("node", "parent", f"http://127.0.0.1:{top.port}", node=town.node(CITY))
        for school in (MINATO, HIKARI):
            pds_here("node", "parent", f"http://127.0.0.1:{middle.port}", node=town.node(school))
        yield [top, middle]


@pytest.fixture
def old(town: Town) -> Iterator[Seat]:
    """The school that a child leaves, in a process of its own."""
    with seat(town.node(MINATO)) as sitting:
        yield sitting


@pytest.fixture
def new(town: Town) -> Iterator[Seat]:
    """The school that a child comes to, in a process of its own."""
    with seat(town.node(HIKARI)) as sitting:
        yield sitting


def tick(*seats: Seat) -> None:
    for sitting in seats:
        sitting.pds("node", "tick")


@pytest.mark.slow
def test_a_transfer_and_a_study_cross_four_processes_and_only_envelopes_cross_the_wire(
    town: Town, old: Seat, new: Seat, wires: list[Wire], tmp_path: Path
) -> None:
    nation, city = town.node(NATION), town.node(CITY)
    vault = old.pds("vault", "show", "town=aiko", "--as", MINATO)["vault"]
    transfer = old.pds("transfer", "offer", "town=aiko", "--as", MINATO, "--to", HIKARI)["transfer"]
    tick(old, new)
    new.pds("transfer", "accept", transfer, "--on", TODAY.isoformat(), "--student", "town=aiko")
    tick(new, old)
    old.pds("transfer", "send", transfer)
    tick(old, new)
    assert new.pds("transfer", "receive", transfer)["state"] == "committed"
    tick(new, old)
    states = {t["transfer"]: t["state"] for t in old.pds("transfer", "status")["transfers"]}
    assert states == {transfer: "closed"}
    records = new.pds("vault", "records", "town=aiko", "--as", HIKARI)["records"]
    assert [record["category"] for record in records] == ["enrollment_info", "test_result"]
    with pytest.raises(CommandFailedError) as refused:
        pds("vault", "records", "town=aiko", "--as", MINATO, node=town.node(MINATO))  # what a shell is told
    assert refused.value.code == 3

    study = ask(town, tmp_path)
    pds_here("node", "tick", node=city)  # what the city sends goes to the nation's server
    tick(old, new)
    for school in (old, new):
        assert school.pds("study", "answer", study)["answered"] == [school.node.name]
    tick(old, new)
    pds_here("study", "merge", study, "--as", CITY, node=city)
    pds_here("node", "tick", node=city)
    pds_here("study", "merge", study, "--as", NATION, node=nation)
    released = pds_here("study", "release", study, node=nation)
    assert sorted(released["roster"]) == sorted([MINATO, HIKARI])
    assert pds("study", "release", study, node=nation) == released
    assert new.pds("audit", "privacy")["most_in_a_year_micro_epsilon"] == 1_000_000

    for wire in wires:
        assert_nothing_personal(wire.bytes(), vault)


def ask(town: Town, folder: Path) -> str:
    """Draft and approve a mean of test scores by class type."""
    question = {
        "measure": "mean",
        "terms": [{"feature": {"kind": "test_result", "field": "raw_score"}, "low": "0", "high": "100"}],
        "step": "1",
        "groups": [
            {
                "feature": {"kind": "enrollment_info", "field": "attributes.class_type"},
                "values": ["small", "regular"],
            }
        ],
        "school_year": YEAR,
        "census_date": TODAY.isoformat(),
    }
    document = {
        "question": question,
        "title": {"ja": "学級", "en": "Classes"},
        "epsilon": 1_000_000,
        "scope": NATION,
        "asked_by": NATION,
    }
    file = folder / "study.json"
    file.write_text(json.dumps(document))
    node = town.node(NATION)
    drafted = pds_here("study", "draft", file, "--by", "analyst", "--group-size", "100", node=node)
    assert drafted["state"] == "draft"
    with pytest.raises(CommandFailedError) as refused:
        pds_here("study", "approve", drafted["study"], "--by", "analyst", node=node)
    assert refused.value.code == 3
    pds_here("study", "approve", drafted["study"], "--by", "statistician", node=node)
    return str(drafted["study"])


def assert_nothing_personal(wire: bytes, vault: str) -> None:
    """No name, test name, local identifier or vault in the wire's bytes, nor in anything base64 on it."""
    seen = [wire]
    for _ in range(3):  # an envelope holds a document that may hold another
        seen += [decoded for text in seen for piece in _pieces(text) if (decoded := _decoded(piece)) is not None]
        seen = list(dict.fromkeys(seen))
    everything = b"\n".join(seen)
    assert b"manabi-message/1" in everything  # the search does look inside envelopes
    for secret in (SURNAME, SCORE_TEXT, "aiko", "sora", vault):
        assert secret.encode() not in everything
        assert json.dumps(secret)[1:-1].encode() not in everything


def _pieces(text: bytes) -> list[bytes]:
    allowed = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    table = bytes(byte if byte in allowed else 32 for byte in range(256))
    return [piece for piece in text.translate(table).split() if len(piece) >= 16]


def _decoded(piece: bytes) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(piece + b"=" * (-len(piece) % 4))
    except ValueError:
        return None


@pytest.mark.slow
def test_a_transfer_works_as_files_where_no_network_reaches(old: Seat, new: Seat, tmp_path: Path) -> None:
    stick = tmp_path / "stick"

    def carry(source: Seat, target: Seat) -> None:
        source.pds("transfer", "outbox", stick)
        target.pds("transfer", "inbox", stick)

    transfer = old.pds("transfer", "offer", "town=ken", "--as", MINATO, "--to", HIKARI)["transfer"]
    carry(old, new)
    new.pds("transfer", "accept", transfer, "--on", TODAY.isoformat(), "--student", "town=ken")
    carry(new, old)
    old.pds("transfer", "consent", transfer, "--signed-on", SIGNED_ON)
    old.pds("transfer", "send", transfer)
    carry(old, new)
    new.pds("transfer", "inbox", stick)
    new.pds("transfer", "receive", transfer)
    carry(new, old)
    assert new.pds("vault", "verify", "town=ken", "--as", HIKARI)["records"] == 2
    assert new.pds("doctor", "--deep")["findings"] == []
