"""A small town made by commands alone: nation, city and two schools, each a node, and the files a school imports."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.world.processes import pds_here

NATION, CITY, MINATO, HIKARI = "jp", "139998", "B113299999902", "C113299999919"
SIGNED_ON = "2024-04-06"  # long before any clock on which the tests run
SURNAME, SCORE_TEXT = "CANARYみょうじ", "CANARYテスト名"

MAPPING = """
format = "manabi-mapping/1"
source_system = "town-sis"
lasting = ["town"]
encoding = "utf-8"
delimiter = ","

[[table]]
file = "enrollment.csv"
kind = "enrollment_info/1"
student = { scheme = "town", column = "student" }
record_id = ["student", "year"]
[table.columns]
school_code = { column = "school" }
school_year = { column = "year" }
grade = { column = "grade" }
occurred_on = { column = "date" }
official_family_name = { column = "surname" }
[table.attributes]
class_type = { column = "class_type", values = ["small", "regular"] }

[[table]]
file = "tests.csv"
kind = "test_result/1"
student = { scheme = "town", column = "student" }
record_id = ["student", "test"]
[table.columns]
school_code = { column = "school" }
school_year = { column = "year" }
grade = { column = "grade" }
occurred_on = { column = "date" }
test_id = { column = "test" }
test_name = { column = "name" }
test_kind = { value = "unit" }
subject_code = { value = "P030" }
raw_score = { column = "score" }
max_score = { value = "100" }

[[table]]
file = "guardians.csv"
kind = "guardian"
student = { scheme = "town", column = "student" }
guardian = { scheme = "town-guardian", column = "guardian" }
[table.columns]
relationship = { value = "parent" }
has_parental_authority = { value = "true" }

[[table]]
file = "consents.csv"
kind = "consent"
student = { scheme = "town", column = "student" }
guardian = { scheme = "town-guardian", column = "guardian" }
[table.columns]
purpose = { column = "purpose" }
decision = { value = "given" }
signed_on = { column = "date" }
"""


@dataclass(frozen=True)
class Town:
    """The folders of a town's nodes."""

    root: Path

    def node(self, organisation: str) -> Path:
        """The folder of an organisation's node."""
        return self.root / organisation

    def files(self, school: str, students: Iterable[str], year: int) -> Path:
        """What a school hands over for its students."""
        folder = self.root / f"files-{school}"
        folder.mkdir(exist_ok=True)
        rows: dict[str, list[str]] = {
            "enrollment.csv": ["student,school,year,grade,date,surname,class_type"],
            "tests.csv": ["student,test,school,year,grade,date,name,score"],
            "guardians.csv": ["student,guardian"],
            "consents.csv": ["student,guardian,purpose,date"],
        }
        for number, student in enumerate(students):
            kind = "small" if number % 2 else "regular"
            rows["enrollment.csv"].append(f"{student},{school},{year},P6,{year}-04-06,{SURNAME}{student},{kind}")
            rows["tests.csv"].append(f"{student},T1,{school},{year},P6,{year}-05-08,{SCORE_TEXT},{50 + number}")
            rows["guardians.csv"].append(f"{student},g-{student}")
            rows["consents.csv"] += [
                f"{student},g-{student},{purpose},{SIGNED_ON}" for purpose in ("statistics", "transfer")
            ]
        for name, lines in rows.items():
            (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        (self.root / "mapping.toml").write_text(MAPPING, encoding="utf-8")
        return folder

    def import_files(self, school: str, students: Iterable[str], year: int) -> dict[str, object]:
        """Import a school's students by command."""
        folder = self.files(school, students, year)
        mapping = self.root / "mapping.toml"
        return pds_here("import", "csv", folder, "--as", school, "--mapping", mapping, node=self.node(school))


def build_town(root: Path, valid_until: str) -> Town:
    """Make the nodes, organisations and the directory, as `docs/operations.md` says."""
    town = Town(root)
    for organisation in (NATION, CITY, MINATO, HIKARI):
        pds_here("node", "init", "--recovery", root / f"{organisation}.recovery", node=town.node(organisation))
    nation, city = town.node(NATION), town.node(CITY)
    pds_here("org", "add", NATION, "--name", "国", "--kind", "nation", node=nation)
    card, entry = root / "card", root / "entry"
    pds_here(
        "org", "add", CITY, "--name", "みなと台市", "--kind", "board", "--parent", NATION, "--out", card, node=city
    )
    pds_here("org", "admit", card, "--out", entry, node=nation)
    for school, name in ((MINATO, "みなと小学校"), (HIKARI, "ひかり中学校")):
        node = town.node(school)
        pds_here("org", "add", school, "--name", name, "--kind", "school", "--parent", CITY, "--out", card, node=node)
        pds_here("org", "admit", card, "--out", entry, node=city)
        pds_here("org", "collect", entry, node=nation)
    directory = root / "directory.jws"
    made = pds_here("org", "publish", "--root", NATION, "--valid-until", valid_until, "--out", directory, node=nation)
    for organisation in (CITY, MINATO, HIKARI):
        pds_here("org", "directory", directory, "--pin", made["root_fingerprint"], node=town.node(organisation))
    return town
