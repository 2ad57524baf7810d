"""A prefecture whose people sign in: browsers for each role, through the real application.

`python -m tests.portal.town --serve 8700` serves it, with sign-ins printed, to look at a page.
Never: a way into the application that a browser does not have.
"""

import re
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Client, Response

from consent.lifecycle import load, ownership
from pds.holders import Role
from pds.identifiers import OrgId, VaultId
from pds.intake import Batch, IncomingConsent, IncomingGuardian, IncomingRecord, IncomingStudent, LocalId, Source
from pds.node import Node
from pds.people import accounts
from pds.records import Record, kind_of, validate
from portal.app import create_app
from portal.web import ref
from tests.world.prefecture import CITY, NATION, SCHEME, Prefecture, School, open_prefecture

PASSWORD = "tsuki to hoshi no yoru"
SUBJECTS = ("P010", "P020", "P030", "P040")
_DAYS = 150  # after the prefecture's first day, 2026-10-08: a school year with something to look back on
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_SOURCE = Source("roster.csv", 2)


class Browser:
    """One person's browser: cookies of its own, and forms sent as their page would send them."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, **more: Any) -> Response:
        """Open a page; redirects are not followed."""
        return self.client.get(path, follow_redirects=False, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Response:
        """Send a form with this session's token."""
        fields = {"form_token": self.token, **(data or {})}
        return self.client.post(path, data=fields, follow_redirects=False, **more)

    @property
    def token(self) -> str:
        """The token that every form of this session carries."""
        found = _TOKEN.search(self.client.get("/account").text)
        return found.group(1) if found else ""

    def sign_in(self, login: str, password: str = PASSWORD, **fields: str) -> Response:
        """Sign in through the page."""
        return self.client.post(
            "/signin", data={"login": login, "password": password, **fields}, follow_redirects=False
        )


@dataclass
class Town:
    """The prefecture with accounts.

    Families: 青山 has two guardians (haruka with both children, makoto with みなと alone) and two children;
    みなと is in P5-2 at minato with records of two school years, そら is in P6-1. 白石 has one guardian and one
    child (のぞみ, P5-1), at the same school.
    """

    prefecture: Prefecture
    stack: ExitStack
    _apps: dict[Path, TestClient] = field(default_factory=dict)
    logins: dict[str, tuple[Node, str]] = field(default_factory=dict)

    @property
    def school(self) -> School:
        """Where both families' children are."""
        return self.prefecture.minato

    def vault(self, student: str) -> VaultId:
        """The vault of a student by local identifier: minato, sora, nozomi."""
        return self.school.vault(student)

    def path(self, student: str) -> str:
        """The first page about a student."""
        return f"/child/{ref(self.school.node, self.vault(student))}"

    def ref(self, student: str) -> str:
        """How a student is called in addresses."""
        return ref(self.school.node, self.vault(student))

    def anybody(self, node: Node | None = None) -> Browser:
        """A browser in which nobody has signed in yet."""
        folder = (node or self.school.node).folder
        if folder not in self._apps:
            app = create_app(folder, self.prefecture.clock)
            self._apps[folder] = self.stack.enter_context(TestClient(app, raise_server_exceptions=False))
        running = self._apps[folder]
        client = TestClient(running.app, raise_server_exceptions=False)  # its lifespan runs in the first one
        return Browser(client)

    def signed_in(self, login: str) -> Browser:
        """A new browser of somebody who has an account."""
        node, name = self.logins[login]
        browser = self.anybody(node)
        answer = browser.sign_in(name)
        assert answer.status_code == 303, answer.status_code
        return browser

    def family_account(self, student: str, role: Role, number: int, login: str, name: str) -> None:
        """Invite a member of a family and let them sign in for the first time."""
        vault = self.vault(student)
        holder = self.custodial(vault, role)[number]
        code = ownership.invite_family(self.school.node, vault, holder)
        ownership.first_sign_in(self.school.node, code, login, PASSWORD, name)
        self.logins[login] = self.school.node, login

    def custodial(self, vault: VaultId, role: Role) -> list[str]:
        """The holders of a role who have not signed in yet, in the order they were admitted."""
        holders = self.school.node.vaults.authorisations(vault).holders
        return [name for name, a in holders.items() if a.role is role and a.control == "custodial"]

    def staff_account(  # noqa: PLR0917  # as many as the invitation has
        self, node: Node, org: OrgId, login: str, name: str, position: str, classes: Sequence[str] = ()
    ) -> None:
        """Invite a member of staff and let them sign in for the first time."""
        code = ownership.invite_staff(node, org, name, position, classes)
        ownership.first_sign_in(node, code, login, PASSWORD)
        self.logins[login] = node, login

    @cached_property
    def student(self) -> Browser:
        """みなと, who has signed in."""
        self.family_account("minato", Role.STUDENT, 0, "minato", "みなと")
        return self.signed_in("minato")

    @cached_property
    def guardian(self) -> Browser:
        """青山はるか, guardian of みなと and そら."""
        self.family_account("minato", Role.GUARDIAN, 0, "haruka", "青山はるか")
        vault = self.vault("sora")
        code = ownership.invite_family(self.school.node, vault, self.custodial(vault, Role.GUARDIAN)[0])
        ownership.add_child(self.school.node, code, accounts.index_of(self.school.node, "haruka"), PASSWORD)
        return self.signed_in("haruka")

    @cached_property
    def other_guardian(self) -> Browser:
        """みなと's other guardian."""
        self.guardian  # noqa: B018  # the first one signs in first
        self.family_account("minato", Role.GUARDIAN, 0, "makoto", "青山まこと")
        return self.signed_in("makoto")

    @cached_property
    def stranger(self) -> Browser:
        """Another family's guardian, of のぞみ."""
        self.family_account("nozomi", Role.GUARDIAN, 0, "shiraishi", "白石ゆう")
        return self.signed_in("shiraishi")

    @cached_property
    def teacher(self) -> Browser:
        """The homeroom teacher of P5-2, みなと's class."""
        self.staff_account(self.school.node, self.school.org, "tamura", "田村先生", "homeroom_teacher", ["P5-2"])
        return self.signed_in("tamura")

    @cached_property
    def office(self) -> Browser:
        """The school office."""
        self.staff_account(self.school.node, self.school.org, "nagaoka", "事務 長岡", "school_office")
        return self.signed_in("nagaoka")

    @cached_property
    def other_teacher(self) -> Browser:
        """A teacher of another school on the same node, whose class has the same name."""
        aoba = self.prefecture.aoba
        self.staff_account(aoba.node, aoba.org, "mori", "森先生", "homeroom_teacher", ["P5-2"])
        return self.signed_in("mori")

    @cached_property
    def other_office(self) -> Browser:
        """The office of the junior high school, on a node of its own."""
        hikari = self.prefecture.hikari
        self.staff_account(hikari.node, hikari.org, "kawabe", "事務 川辺", "school_office")
        return self.signed_in("kawabe")

    @cached_property
    def drafter(self) -> Browser:
        """A member of the city's board, who drafts studies."""
        self.staff_account(self.prefecture.city, CITY, "hayakawa", "早川", "official")
        return self.signed_in("hayakawa")

    @cached_property
    def approver(self) -> Browser:
        """Another member of the city's board."""
        self.staff_account(self.prefecture.city, CITY, "nishino", "西野", "official")
        return self.signed_in("nishino")

    @cached_property
    def nation(self) -> Browser:
        """A member of the nation's staff."""
        self.staff_account(self.prefecture.nation, NATION, "kuni", "国の担当", "official")
        return self.signed_in("kuni")


def build_town(folder: Path) -> None:
    """Build the town in an empty folder; nobody has an account yet."""
    with open_prefecture(folder) as prefecture:
        prefecture.clock.advance(days=_DAYS)
        load(prefecture.minato.node, prefecture.minato.org, town_batch(prefecture.minato))


@contextmanager
def open_town(folder: Path) -> Iterator[Town]:
    """Open the town that stands in a folder, built first in an empty one; people get accounts when first asked for."""
    if not (folder / NATION).exists():
        build_town(folder)
    with open_prefecture(folder) as prefecture, ExitStack() as stack:
        prefecture.clock.advance(days=_DAYS)
        yield Town(prefecture, stack)


def town_batch(school: School) -> Batch:
    """What the school's file said of its three children."""
    students = {
        "minato": ("青山", "みなと", "P5", "2"),
        "sora": ("青山", "そら", "P6", "1"),
        "nozomi": ("白石", "のぞみ", "P5", "1"),
    }
    guardians = {"minato": ("haruka", "makoto"), "sora": ("haruka",), "nozomi": ("yu",)}
    records = [
        (student, record)
        for student, (family, given, grade, room) in students.items()
        for record in (
            *_enrolments(school, student, family, given, grade, room),
            *(_learning(school, grade) if student == "minato" else ()),
        )
    ]
    return Batch(
        source_system="test-sis",
        students=tuple(IncomingStudent((_local(name),), school.org, 2026, _SOURCE) for name in students),
        guardians=tuple(
            IncomingGuardian((_local(f"{name}-g"),), _local(child), "parent", True, _SOURCE)
            for child, names in guardians.items()
            for name in names
        ),
        records=tuple(IncomingRecord(_local(s), kind_of(r).schema, r, _SOURCE) for s, r in records),
        consents=tuple(
            IncomingConsent(
                _local(child), _local(f"{names[0]}-g"), "statistics", "given", date(2026, 4, 6), (), None, _SOURCE
            )
            for child, names in guardians.items()
        ),
        lasting=frozenset({SCHEME}),
    )


def _local(name: str) -> LocalId:
    return LocalId(SCHEME, name)


def _enrolments(  # noqa: PLR0917  # what an enrolment says
    school: School, student: str, family: str, given: str, grade: str, room: str
) -> Iterator[Record]:
    for year in (2025, 2026):
        at = f"{grade[0]}{int(grade[1]) - (2026 - year)}"
        yield _record(
            school,
            "enrollment_info/1",
            f"enrolment-{year}-{student}",
            grade=at,
            school_year=year,
            occurred_on=f"{year}-04-06",
            official_family_name=family,
            official_given_name=given,
            preferred_family_name=family,
            preferred_given_name=given,
            birth_date="2015-11-03",
            class_code=room,
            class_name=f"{at[1]}年{room}組",
            attendance_number=3,
        )


def _learning(school: School, grade: str) -> Iterator[Record]:
    """Two school years: tests of four subjects in each term, days of attendance, marks."""
    for year in (2025, 2026):
        at = f"{grade[0]}{int(grade[1]) - (2026 - year)}"
        for term, day in ((1, f"{year}-06-20"), (2, f"{year}-10-02"), (3, f"{year + 1}-02-10")):
            if date.fromisoformat(day) > date(2026, 10, 8):
                continue
            for place, subject in enumerate(SUBJECTS):
                score = 62 + 6 * place + 3 * term + 4 * (year - 2025)
                yield _record(
                    school,
                    "test_result/1",
                    f"t-{year}-{term}-{subject}",
                    grade=at,
                    school_year=year,
                    occurred_on=day,
                    test_id=f"T{year}{term}{subject}",
                    test_name=f"{term}学期のまとめ",
                    test_kind="term_end",
                    subject_code=subject,
                    raw_score=str(score),
                    max_score="100",
                    author_role="homeroom_teacher",
                )
                yield _record(
                    school,
                    "grade_evaluation/1",
                    f"g-{year}-{term}-{subject}",
                    grade=at,
                    school_year=year,
                    occurred_on=day,
                    term=str(term),
                    subject_code=subject,
                    viewpoint_knowledge="A",
                    viewpoint_thinking="B",
                    viewpoint_attitude="A",
                    rating=2 + place % 2,
                    author_role="homeroom_teacher",
                )
    yield from _days(school, grade)


def _days(school: School, grade: str) -> Iterator[Record]:
    day = date(2026, 9, 1)
    while day <= date(2026, 10, 7):
        if day.weekday() < 5:
            fields: dict[str, Any] = {"status": "present"}
            if day in (date(2026, 9, 10), date(2026, 9, 11)):
                fields = {"status": "absent", "absence_reason": "illness"}
            if day == date(2026, 9, 28):
                fields = {"status": "suspended", "suspension_basis": "infection"}
            if day == date(2026, 9, 17):
                fields = {"status": "present", "late": True}
            yield _record(
                school,
                "attendance/1",
                f"a-{day}",
                grade=grade,
                school_year=2026,
                occurred_on=day.isoformat(),
                author_role="homeroom_teacher",
                **fields,
            )
        day += timedelta(days=1)


def _record(school: School, schema: str, number: str, **fields: Any) -> Record:
    common = {"school_code": school.org, "source_system": "test-sis", "source_record_id": number}
    return validate(schema, {**common, **fields})


def serve(port: int) -> None:
    """Serve the town's four nodes from `port` on, until interrupted, with the clock of its world."""
    import uvicorn  # noqa: PLC0415  # only here

    with tempfile.TemporaryDirectory() as folder, open_town(Path(folder)) as town:
        for person in (
            "student",
            "guardian",
            "other_guardian",
            "stranger",
            "teacher",
            "office",
            "other_teacher",
            "other_office",
            "drafter",
            "approver",
            "nation",
        ):
            getattr(town, person)
        nodes = [node.folder for node in town.prefecture.nodes]
        for place, node_folder in enumerate(nodes):
            names = [login for login, (node, _) in town.logins.items() if node.folder == node_folder]
            print(f"http://127.0.0.1:{port + place}/  {node_folder.name}: {', '.join(names)}")
            config = uvicorn.Config(
                create_app(node_folder, town.prefecture.clock), port=port + place, log_level="warning", access_log=False
            )
            threading.Thread(target=uvicorn.Server(config).run, daemon=True).start()
        print(f"password of all: {PASSWORD}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    serve(int(sys.argv[sys.argv.index("--serve") + 1]))
