"""The names of imported records stand in the clear: whoever has a stolen database and guesses a row learns nothing."""

import uuid
from pathlib import Path

from pds.identifiers import RecordId, imported_record_id, new_vault_id
from pds.records import validate
from pds.vault import read_header
from tests.world.prefecture import Prefecture, School, open_prefecture
from tests.world.tampering import run

NUMBER, DAY, SCHEMA = "2026-0142", "2026-05-08", "nurse_office_visit/1"
ROW = f"{NUMBER}/{DAY}"
_OLD_NAMESPACE = uuid.UUID("6d616e61-6269-4c64-a070-64732d696431")


def visit(school: School) -> None:
    """A child's visit to the nurse, under a name made of the school's number and the day."""
    fields = {
        "school_code": school.org,
        "school_year": 2026,
        "grade": "P6",
        "occurred_on": DAY,
        "source_system": "nurse-book",
        "source_record_id": ROW,
        "visited_at": f"{DAY}T10:00:00+09:00",
        "reason_class": "illness",
    }
    school.admit("aiko", records=[validate(SCHEMA, fields)])


def stolen_names(school: School) -> set[RecordId]:
    rows = run(school.node.folder, "SELECT header FROM entries WHERE chain = 'records'")
    return {read_header(header).record for (header,) in rows}


def test_a_thief_who_tries_school_numbers_and_days_finds_no_visit_to_the_nurse(prefecture: Prefecture) -> None:
    school = prefecture.minato
    visit(school)
    vault, names = school.vault("aiko"), stolen_names(school)
    assert len(names) == 2
    public = [b"", bytes(32), vault.encode(), uuid.UUID(vault).bytes, school.org.encode()]
    tried = {imported_record_id(key, vault, "nurse-book", ROW, SCHEMA) for key in public}
    tried.add(RecordId(str(uuid.uuid5(_OLD_NAMESPACE, "\x1f".join((vault, "nurse-book", SCHEMA, ROW))))))
    assert not tried & names


def test_a_row_brought_again_adds_nothing_also_to_a_node_opened_anew(tmp_path: Path) -> None:
    with open_prefecture(tmp_path) as prefecture:
        visit(prefecture.minato)
        before = stolen_names(prefecture.minato)
    with open_prefecture(tmp_path) as prefecture:
        visit(prefecture.minato)
        assert stolen_names(prefecture.minato) == before
        assert {uuid.UUID(name).version for name in before} == {8}


def test_two_nodes_have_no_name_of_one_row_in_common(prefecture: Prefecture) -> None:
    vault, rings = new_vault_id(), [node.keyring for node in prefecture.nodes]
    assert len({ring.record_id(vault, "nurse-book", ROW, SCHEMA) for ring in rings}) == len(rings)
