"""A town whose program has one kind of record more: what its school imports, and who sees what came of it.

`python -m tests.world.new_kind FOLDER`, in a tree that has the kind, builds the town in the folder and prints what
people read. Never: more of the kind than its names, for a tree without it reads this module too.
"""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from consent.decisions import Position, Request, permit
from consent.lifecycle import acts, moving
from federation import Condition, Feature, Question
from pds.crypto import passwords
from pds.crypto.passwords import Cost
from pds.errors import RefusedError
from pds.holders import SecretHolder
from pds.intake import LocalId
from pds.records import Category
from pds.vault import Action, Member, Permit, Purpose
from portal.web.asking import LANGUAGE
from tests.federation.studies import CENSUS, allow, run, study
from tests.portal.town import Town, open_town
from tests.world.carrier import carry
from tests.world.prefecture import SCHEME
from tests.world.processes import pds_here

NEWER = Category("club_activity")
MAPPING = """
format = "manabi-mapping/1"
source_system = "club-sis"
lasting = ["roster"]
[[table]]
file = "clubs.csv"
kind = "club_activity/1"
student = { scheme = "roster", column = "child" }
record_id = ["child", "date"]
[table.columns]
school_code = { value = "B113299999902" }
school_year = { value = "2026" }
grade = { value = "P5" }
occurred_on = { column = "date" }
club = { column = "club" }
role = { column = "role" }
hours = { column = "hours" }
remark = { column = "remark", optional = true }
"""
ROWS = (
    "child,date,club,role,hours,remark",
    "minato,2026-09-14,合唱部,club_head,1.5,CANARY夏の大会",
    "minato,2026-09-21,合唱部,club_head,2,",
    "nozomi,2026-09-14,合唱部,member,1.5,",
)


def take_in(town: Town, folder: Path) -> dict[str, Any]:
    """Import a file of the new kind by command, twice."""
    files = folder / "files"
    files.mkdir()
    (files / "clubs.csv").write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    (folder / "clubs.toml").write_text(MAPPING, encoding="utf-8")
    school, mapping = town.school, folder / "clubs.toml"
    found = {}
    for time in ("first", "again"):
        answer = pds_here("import", "csv", files, "--as", school.org, "--mapping", mapping, node=school.node.folder)
        found[time] = {name: answer[name] for name in ("records", "records_known")}
    return found


def clubs(town: Town, leave: Permit, holder: SecretHolder | None = None) -> int:
    """How many records of the new kind a permit opens."""
    with town.school.node.vaults.read(leave, holder) as reader:
        return len(list(reader.records(NEWER)))


def staff(town: Town, position: Position) -> int | str:
    """How many a member of staff reads of a child of their class, or why none."""
    school = town.school
    request = Request(
        vault=school.vault("minato"),
        actor=school.org,
        organisation=school.org,
        purpose=Purpose.TEACHING,
        action=Action.READ,
        categories=frozenset({NEWER}),
        member=Member("m1", "某", position),
        in_class=True,
    )
    try:
        return clubs(town, permit(school.node, request))
    except RefusedError as error:
        return str(error)


def pages(town: Town) -> dict[str, str]:
    """What the family and the school's teacher are shown."""
    path, guardian = town.path("minato"), town.guardian
    family = {
        name: guardian.get(f"{path}{rest}")
        for name, rest in {
            "home": "",
            "road": "/road",
            "others": "/road?kind=other",
            "consents": "/consents/new",
            "transfer": "/transfer",
            "seen": "/seen/list",
        }.items()
    }
    guardian.client.cookies.set(LANGUAGE, "en")
    family["english"] = guardian.get(f"{path}/road")
    family["class"] = town.teacher.get("/school")
    return {
        name: answer.text if answer.status_code == 200 else str(answer.status_code) for name, answer in family.items()
    }


def counted(town: Town) -> int:
    """How many children a study counts who were in a club on at least two days."""
    days = Feature(kind=NEWER, take="days")
    question = Question(
        measure="count",
        where=(Condition(feature=days, at_least="2"),),
        school_year=2026,
        census_date=CENSUS,
    )
    allow(town.prefecture)
    (row,) = run(town.prefecture, study(question)).rows
    return int(row.count.estimate)


def move(town: Town) -> list[str]:
    """Move a child whose family agreed to hand on the new kind; what the next school reads."""
    prefecture, old, new = town.prefecture, town.prefecture.minato, town.prefecture.hikari
    guardian = old.guardian("nozomi")
    acts.give(old.node, old.vault("nozomi"), guardian, Purpose.TRANSFER, categories=[NEWER], recipient=new.org)
    transfer = moving.offer(old.node, old.vault("nozomi"), new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 10, 8), [LocalId(SCHEME, "nozomi")])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    moving.commit(new.node, transfer)
    carry(prefecture.nodes)
    return sorted({type(record).__name__ for record in new.read("nozomi")})


def main(folder: Path) -> dict[str, Any]:
    """The whole story."""
    passwords.cost = Cost(1, 1, 8 * 1024)
    with open_town(folder) as town:
        school = town.school
        story: dict[str, Any] = {"import": take_in(town, folder)}
        story["guardian"] = clubs(town, school.guardian_permit("minato"), school.guardian("minato"))
        story["staff"] = {position.value: staff(town, position) for position in Position}
        story["study"] = counted(town)
        story["next school"] = move(town)
        story["pages"] = pages(town)
    return story


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1])), sys.stdout, ensure_ascii=False)
