"""Words that must never be seen outside a vault, and a search for them in raw bytes, however they are written.

As a module (`python -m tests.world.canaries FOLDER ORG`) it is a clumsy process that logs everything it can.
"""

import base64
import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from consent.decisions import permit
from consent.lifecycle import load
from pds.errors import PdsError
from pds.identifiers import OrgId
from pds.intake import Batch, IncomingConsent, IncomingGuardian, IncomingRecord, IncomingStudent, LocalId, Source
from pds.node import open_node
from pds.records import Category, Record, kind_of, validate
from pds.vault import Action, Purpose
from tests.world.prefecture import SCHEME, MovableClock, School

STUDENT, GUARDIAN, STAFF = "pupil-7731-KANARI", "guardian-8842-KANARI", "teacher-9953-KANARI"
CANARIES = {
    "family name": "金糸雀島",
    "given name": "歌羽菜",
    "preferred name": "うたは丸",
    "kana": "カナリジマ",
    "birth date": "2013-11-29",
    "score": "73.0625",
    "test": "鳥類のなかま",
    "remark": "家庭の事情で早退がちな様子",
    "comment": "粘り強く取り組んだ歌",
    "student id": STUDENT,
    "guardian id": GUARDIAN,
    "staff id": STAFF,
}


def writings(word: str) -> dict[str, bytes]:
    """The ways in which a word may stand in a file."""
    forms = {
        "utf-8": word.encode(),
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "cp932": word.encode("cp932"),
        "json": json.dumps(word)[1:-1].encode(),
        "repr": repr(word.encode())[2:-1].encode(),
    }
    for name, data in list(forms.items())[:3]:
        forms[f"hex of {name}"] = data.hex().encode()
        forms[f"HEX of {name}"] = data.hex().upper().encode()
        for shift in range(3):  # base64 writes a word in three ways, depending on what stands before it
            whole = base64.b64encode(bytes(shift) + data)
            core = whole[-(-shift * 8 // 6) : (shift + len(data)) * 8 // 6]  # the letters that hang on the word alone
            forms[f"base64 of {name}, {shift}"] = core
            forms[f"base64url of {name}, {shift}"] = core.replace(b"+", b"-").replace(b"/", b"_")
    return forms


def found(data: bytes) -> list[str]:
    """Which canaries stand in some bytes, and how they are written."""
    return [
        f"{name} as {form}" for name, word in CANARIES.items() for form, text in writings(word).items() if text in data
    ]


def found_below(folder: Path) -> list[str]:
    """Which canaries stand in any file of a folder, or in a file's name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    hits = [f"{path.name}: {hit}" for path in files for hit in found(path.read_bytes())]
    return hits + [f"name of {path.name}: {hit}" for path in files for hit in found(str(path).encode())]


def batch(school: School) -> Batch:
    """A file set full of canaries: every kind of record, a guardian, consents."""
    student, guardian, source = LocalId(SCHEME, STUDENT), LocalId(SCHEME, GUARDIAN), Source("all.csv", 2)
    return Batch(
        source_system="test-sis",
        students=(IncomingStudent((student,), school.org, school.year, source),),
        guardians=(IncomingGuardian((guardian,), student, "parent", True, source),),
        records=tuple(IncomingRecord(student, kind_of(record).schema, record, source) for record in records(school)),
        consents=(
            IncomingConsent(student, guardian, "statistics", "given", date(school.year, 4, 1), (), None, source),
        ),
        lasting=frozenset({SCHEME}),
    )


def records(school: School) -> list[Record]:
    """One record of every kind, with canaries wherever text or numbers fit."""
    common = {
        "school_code": school.org,
        "school_year": school.year,
        "grade": "P6",
        "occurred_on": "2026-05-08",
        "source_system": "test-sis",
    }
    own = {
        "enrollment_info/1": {
            "official_family_name": CANARIES["family name"],
            "official_given_name": CANARIES["given name"],
            "preferred_given_name": CANARIES["preferred name"],
            "kana_family_name": CANARIES["kana"],
            "birth_date": CANARIES["birth date"],
            "note": CANARIES["remark"],
        },
        "attendance/1": {"status": "absent", "absence_reason": "illness", "reason_text": CANARIES["remark"]},
        "test_result/1": {
            "test_id": "T1",
            "test_name": CANARIES["test"],
            "test_kind": "unit",
            "subject_code": "P030",
            "raw_score": CANARIES["score"],
            "max_score": "100",
        },
        "grade_evaluation/1": {"term": "1", "subject_code": "P030", "text_comment": CANARIES["comment"]},
    }
    return [
        validate(schema, {**common, **fields, "source_record_id": f"{STUDENT}-{number}"})
        for number, (schema, fields) in enumerate(own.items())
    ]


def mistakes(school: School) -> list[Callable[[], object]]:
    """Calls that go wrong with canaries in hand: each must raise, and say nothing of them."""
    record = records(school)[2]
    fields = record.model_dump(mode="json")
    wrong = [
        {**fields, name: CANARIES["remark"]} for name in ("raw_score", "occurred_on", "grade", "items", "test_kind")
    ]
    wrong += [
        {**fields, "raw_score": "173.0625"},
        {**fields, "test_id": CANARIES["remark"] * 9},
        {"x": CANARIES["kana"]},
    ]
    lost = batch(school)
    student = LocalId(SCHEME, f"{STUDENT}-unknown")
    orphan = IncomingRecord(student, "test_result/1", record, Source("all.csv", 3))
    other = IncomingStudent((student,), "C1", school.year, Source("all.csv", 4))
    asked = school.request(STUDENT, Purpose.TEACHING, Action.READ)
    calls: list[Callable[[], object]] = [
        *[lambda fields=fields: validate("test_result/1", fields) for fields in wrong],
        lambda: load(school.node, school.org, Batch("x", (), (), (orphan,), (), lasting=lost.lasting)),
        lambda: load(school.node, school.org, Batch("x", (other,), lost.guardians, lost.records, lost.consents)),
        lambda: load(school.node, OrgId("C1"), lost),
        lambda: school.permit(STUDENT, Purpose.HEALTH, Action.READ),
        lambda: permit(school.node, replace(asked, actor=STAFF, organisation=None)),
        lambda: school.node.keyring.secret(STUDENT),
    ]
    return calls


def mentions(school: School) -> Iterable[object]:
    """Objects that a programmer may print."""
    imported = batch(school)
    yield from (imported, school.node, school.node.vaults, school.node.keyring, school.node.store)
    yield from (*imported.students, *imported.guardians, *imported.consents)
    yield from (item for row in imported.records for item in (row, row.record, row.student))
    vault = school.vault(STUDENT)
    yield from (school.node.vaults.copy(vault), school.node.vaults.head(vault), school.guardian(STUDENT))
    yield school.node.vaults.authorisations(vault)
    with school.node.vaults.read(school.guardian_permit(STUDENT)) as reader:
        yield from (reader, *reader.records(), *reader.access_log(), *reader.ledger())
        yield from (stored.record for stored in reader.records(Category.TEST_RESULT))
        yield from (vars(reader), reader.authorisations.consents)


def main(folder: str, org: str) -> None:
    """Import, read, fail, and log it all to stderr."""
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    with open_node(Path(folder), MovableClock(datetime(2026, 5, 11, 1, 0, tzinfo=UTC))) as node:
        school = School(node, OrgId(org))
        load(node, school.org, batch(school))
        for thing in mentions(school):
            logging.getLogger("clumsy").warning("%r %s", thing, thing)
        for number, mistake in enumerate(mistakes(school)):
            try:
                mistake()
            except PdsError:
                sys.stderr.write(f"mistake {number}\n{traceback.format_exc()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
