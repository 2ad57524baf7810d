"""Write the first golden folder: `python -m tests.golden.make_1`. It was run once; its result must open for ever.

It is run again only while formats may still change, before the first release; then `tests/golden/2` begins.
"""

import hashlib
import json
import lzma
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from consent.lifecycle import acts, moving
from federation import Question, Study, Title, answer, approve, draft, exchange, merge, release
from pds.intake import LocalId
from pds.post import mailbox
from pds.records import kind_of, validate
from pds.vault import Action, Charge, Purpose
from tests.world.carrier import carry
from tests.world.prefecture import (
    CITY,
    SCHEME,
    Prefecture,
    School,
    attendance_record,
    enrolment_record,
    open_prefecture,
    score_record,
)

FOLDER = Path(__file__).parent / "1"
STAYS, MOVES = "aiko", "chika"


def main() -> None:
    """Build both schools' nodes and keep what a stranger would need to read them."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with tempfile.TemporaryDirectory() as scratch:
        built = Path(scratch)
        with open_prefecture(built) as prefecture:
            expected = _live(prefecture)
            ((name, _, token),) = mailbox.waiting(prefecture.minato.node)
            mailbox.carried(prefecture.minato.node, name)
            nodes = {"minato": prefecture.minato.node.folder, "hikari": prefecture.hikari.node.folder}
            (FOLDER / "directory.jws").write_bytes(prefecture.nation.store.get("directory", "in-use") or b"")
            _study(prefecture)
        (FOLDER / "bundle.jws.xz").write_bytes(lzma.compress(token.encode()))
        for name, folder in nodes.items():
            _keep(folder, FOLDER / name)
        shutil.copyfile(built / f"{nodes['minato'].name}.recovery", FOLDER / "minato.recovery")
        (FOLDER / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")


def _live(prefecture: Prefecture) -> dict[str, Any]:
    """A school year in short, and what must be read of it."""
    school, friend = prefecture.minato, prefecture.hikari
    school.admit(STAYS, MOVES, records=[score_record(school, "87.50")], agree=["statistics", "transfer"])
    vault, guardian = school.vault(STAYS), school.guardian(STAYS)
    consent = acts.give(school.node, vault, guardian, Purpose.TEACHING, recipient=friend.org)
    late = [
        attendance_record(school, "absent", absence_reason="illness", reason_text="発熱のため"),
        validate("grade_evaluation/1", {**_common(school), "term": "1", "subject_code": "P030", "rating": 3}),
        score_record(school, "41", a_field_from_elsewhere={"kept": [1, "二", None]}),
    ]
    school.write(STAYS, *late)
    acts.withdraw(school.node, vault, guardian, consent)
    last = score_record(school, "100", supersedes_id="x")
    school.write(STAYS, last)
    permit = school.permit(STAYS, Purpose.STATISTICS, Action.CHARGE)
    charge = Charge(study="golden-study", cost=1_000_000, school_year=2026, answered_by=school.org)
    with school.node.vaults.transact(permit) as writer:
        writer.charge(charge, 4_000_000)
    records = [
        record.model_dump(mode="json", exclude_unset=True) | {"schema": kind_of(record).schema}
        for record in school.read(STAYS)
    ]
    _send(prefecture)
    facts = school.node.vaults.authorisations(vault)
    return {
        "now": "2026-05-11T01:00:00Z",
        "schools": {"minato": school.org, "hikari": friend.org},
        "vaults": {STAYS: vault, MOVES: school.vault(MOVES)},
        "guardian": guardian.id,
        "root": prefecture.nation.keyring.card(prefecture.nation.organisations()[0]).fingerprint,
        "records": records,
        "withdrawn": consent,
        "consents": sorted((given.consent, given.purpose) for given in facts.consents.values()),
        "epoch": facts.epoch,
        "revision": facts.revision,
        "head": hashlib.sha256(school.node.vaults.head(vault).canonical()).hexdigest(),
        "charges": [charge.model_dump()],
        "readers": ["own_use", "teaching"],
        "moved_scores": ["87.50"],
    }


def _common(school: School) -> dict[str, Any]:
    names = ("school_code", "school_year", "grade", "occurred_on", "source_system")
    fields = enrolment_record(school, STAYS).model_dump(mode="json")
    return {name: fields[name] for name in names} | {"source_record_id": school.next_number()}


def _send(prefecture: Prefecture) -> None:
    """Bring a move so far that the sealed bundle lies in the old school's outbox."""
    old, new = prefecture.minato, prefecture.hikari
    transfer = moving.offer(old.node, old.vault(MOVES), new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 11), [LocalId(SCHEME, MOVES)])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)


def _study(prefecture: Prefecture) -> None:
    """Ask a question, and keep a school's answer, the message that brings it, and the release."""
    asked = Study(
        question=Question(measure="count", school_year=2026, census_date=date(2026, 5, 1)),
        title=Title(ja="児童生徒の数", en="Students"),
        epsilon=1_000_000,
        scope=CITY,
        asked_by=CITY,
    )
    city = prefecture.city
    identifier = draft(city, asked, drafter="one", group_size=10).id
    approve(city, identifier, approver="two")
    nodes = [city, prefecture.minato.node, prefecture.hikari.node]
    exchange.post_due(city)
    carry(nodes, exchange.act)
    for school in (prefecture.minato, prefecture.hikari):
        answer(school.node, identifier)
        exchange.post_due(school.node)
    (FOLDER / "answer.jws").write_text(answer(prefecture.minato.node, identifier)[prefecture.minato.org])
    (FOLDER / "message.jws").write_text(next(t for _, to, t in mailbox.waiting(prefecture.minato.node) if to == CITY))
    carry(nodes, exchange.act)
    merge(city, identifier, CITY)
    (FOLDER / "release.jws").write_text(release(city, identifier))


def _keep(node: Path, target: Path) -> None:
    target.mkdir()
    shutil.copyfile(node / "master.key", target / "master.key")
    compact = node / "compact.db"
    with closing(sqlite3.connect(node / "store.db")) as connection:
        connection.execute("VACUUM INTO ?", (str(compact),))
    (target / "store.db.xz").write_bytes(lzma.compress(compact.read_bytes()))


if __name__ == "__main__":
    main()
