"""The prefecture itself: one node per organisation, a shared directory, students admitted from batches."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from consent.decisions import Request, permit
from consent.lifecycle import acts, load
from consent.lifecycle.loading import Loaded
from pds.holders import SecretHolder
from pds.identifiers import OrgId, VaultId
from pds.intake import Batch, IncomingConsent, IncomingGuardian, IncomingRecord, IncomingStudent, LocalId, Source
from pds.node import Node, create_node, open_node
from pds.records import Category, Record, kind_of, validate
from pds.vault import Action, Permit, Purpose

NATION = OrgId("jp")
CITY = OrgId("139998")
MINATO = OrgId("B113299999902")
HIKARI = OrgId("C113299999919")
AOBA = OrgId("B1-aoba")
SCHEME = "roster"
START = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
_HOSTS = (NATION, CITY, MINATO, HIKARI)  # organisations with a node of their own


class MovableClock:
    """A clock that a test sets and advances."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """The time a test chose."""
        return self._now

    def advance(self, **delta: float) -> None:
        """Let time pass."""
        self._now += timedelta(**delta)


@dataclass
class School:
    """One school with its own node."""

    node: Node
    org: OrgId
    year: int = 2026
    sequence: int = field(default=0)

    def admit(
        self, *students: str, records: Sequence[Record] = (), agree: Sequence[str] = ("statistics",), **fields: Any
    ) -> Loaded:
        """Import students by name, each with a guardian, an enrolment record and the given consents."""
        return load(self.node, self.org, self.batch(*students, records=records, agree=agree, **fields))

    def batch(
        self, *students: str, records: Sequence[Record] = (), agree: Sequence[str] = ("statistics",), **fields: Any
    ) -> Batch:
        """What an import file of these students says, their enrolment records with some fields of their own."""
        local = {name: LocalId(SCHEME, name) for name in students}
        guardian = {name: LocalId(SCHEME, f"{name}-guardian") for name in students}
        source = Source("enrollment.csv", 2)
        return Batch(
            source_system="test-sis",
            students=tuple(IncomingStudent((local[name],), self.org, self.year, source) for name in students),
            guardians=tuple(
                IncomingGuardian((guardian[name],), local[name], "parent", True, source) for name in students
            ),
            records=tuple(
                IncomingRecord(local[name], kind_of(record).schema, record, source)
                for name in students
                for record in (enrolment_record(self, name, **fields), *records)
            ),
            consents=tuple(
                IncomingConsent(local[name], guardian[name], purpose, "given", date(self.year, 4, 1), (), None, source)  # type: ignore[arg-type]
                for name in students
                for purpose in agree
            ),
            lasting=frozenset({SCHEME}),
        )

    def vault(self, student: str) -> VaultId:
        """The vault of a student."""
        found = self.node.vaults.find(self.org, SCHEME, student)
        assert found is not None
        return found

    def link(self, student: str, vault: VaultId, scheme: str = SCHEME) -> None:
        """Know a student's vault by an identifier, as an import would."""
        links = self.node.vaults.links
        with self.node.transaction():
            links.add(self.org, scheme, links.index(self.org, scheme, student), vault, date(self.year, 4, 1))

    def permit(self, student: str, purpose: Purpose, action: Action, **more: Any) -> Permit:
        """A permit of this school for one of its students."""
        return permit(self.node, self.request(student, purpose, action, **more))

    def request(self, student: str, purpose: Purpose, action: Action, **more: Any) -> Request:
        """A request of this school about one of its students."""
        return Request(
            vault=self.vault(student),
            actor=self.org,
            organisation=self.org,
            purpose=purpose,
            action=action,
            **more,
        )

    def guardian(self, student: str) -> SecretHolder:
        """The custodial guardian of a student."""
        return acts.guardians_of(self.node, self.vault(student))[0]

    def guardian_permit(self, student: str, action: Action = Action.READ) -> Permit:
        """A permit of the guardian for own use."""
        request = Request(
            vault=self.vault(student),
            actor=self.guardian(student).id,
            organisation=None,
            purpose=Purpose.OWN_USE,
            action=action,
        )
        return permit(self.node, request)

    def write(self, student: str, *records: Record) -> None:
        """Append records as the class teacher's office does."""
        with self.node.vaults.transact(self.permit(student, Purpose.TEACHING, Action.WRITE)) as vault:
            for record in records:
                vault.append(record)

    def read(self, student: str, *categories: Category) -> list[Record]:
        """Read records as the school does."""
        with self.node.vaults.read(self.permit(student, Purpose.TEACHING, Action.READ)) as vault:
            return [stored.record for stored in vault.records(*categories)]

    def next_number(self) -> str:
        """A number no source row had before."""
        self.sequence += 1
        return str(self.sequence)


@dataclass
class Prefecture:
    """Nation, city and two schools, each on a node of its own."""

    clock: MovableClock
    nation: Node
    city: Node
    minato: School
    hikari: School
    aoba: School  # on the same node as minato

    @property
    def nodes(self) -> list[Node]:
        """All nodes, from the top down."""
        return [self.nation, self.city, self.minato.node, self.hikari.node]


def build_prefecture(folder: Path) -> None:
    """Make the nodes of a prefecture in an empty folder, with one directory that all of them use."""
    clock = MovableClock(START)
    with ExitStack() as stack:
        nodes: dict[OrgId, Node] = {}
        for org in _HOSTS:
            create_node(folder / org, folder / f"{org}.recovery", clock)
            nodes[org] = stack.enter_context(open_node(folder / org, clock))
        nodes[NATION].add_organisation(NATION, "国", "nation", None)
        nodes[NATION].admit(nodes[CITY].add_organisation(CITY, "みなと台市教育委員会", "board", NATION))
        for org, title, host in (
            (MINATO, "みなと小学校", MINATO),
            (HIKARI, "ひかり中学校", HIKARI),
            (AOBA, "あおば小学校", MINATO),
        ):
            nodes[NATION].collect(nodes[CITY].admit(nodes[host].add_organisation(org, title, "school", CITY)))
        token = nodes[NATION].publish_directory(NATION, date(2027, 3, 31))
        pin = nodes[NATION].keyring.card(NATION).fingerprint
        for node in nodes.values():
            node.use_directory(token, pin)


@contextmanager
def open_prefecture(folder: Path) -> Iterator[Prefecture]:
    """Open the prefecture that stands in a folder, on the day it was built; build it first in an empty one."""
    if not (folder / NATION).exists():
        build_prefecture(folder)
    clock = MovableClock(START)
    with ExitStack() as stack:
        nation, city, minato, hikari = (stack.enter_context(open_node(folder / org, clock)) for org in _HOSTS)
        schools = School(minato, MINATO), School(hikari, HIKARI), School(minato, AOBA)
        yield Prefecture(clock, nation, city, *schools)


def enrolment_record(school: School, student: str, **fields: Any) -> Record:
    """An enrolment record with a name that must never be seen outside a vault."""
    return validate(
        "enrollment_info/1",
        {
            **_common(school),
            "official_family_name": f"CANARY姓{student}",
            "official_given_name": f"CANARY名{student}",
            "birth_date": "2014-06-17",
            "source_record_id": f"enrolment-{school.year}-{student}",
            **fields,
        },
    )


def score_record(school: School, score: object = "87", **fields: Any) -> Record:
    """A test result."""
    return validate(
        "test_result/1",
        {
            **_common(school),
            "test_id": "T1",
            "test_name": "CANARY算数まとめ",
            "test_kind": "unit",
            "subject_code": "P030",
            "raw_score": score,
            "max_score": "100",
            **fields,
        },
    )


def attendance_record(school: School, status: str = "present", **fields: Any) -> Record:
    """A day of attendance."""
    return validate("attendance/1", {**_common(school), "status": status, **fields})


def _common(school: School) -> dict[str, Any]:
    return {
        "school_code": school.org,
        "school_year": school.year,
        "grade": "P6",
        "occurred_on": "2026-05-08",
        "source_system": "test-sis",
        "source_record_id": school.next_number(),
    }
