"""What a school's system exports, as files through the real intake: enrolments with their days, guardians, papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consent.lifecycle import AbsentLeft, load
from consent.lifecycle.loading import Loaded
from pds.intake import load_mapping, read_oneroster, read_tables
from tests.pds.intake.oneroster_files import Pupil, pack, tables
from tests.pds.intake.oneroster_files import School as Named
from tests.world.prefecture import SCHEME, School

MAPPING = f"""
format = "manabi-mapping/1"
source_system = "roll-sis"
lasting = ["roster"]
whole = true

[[table]]
file = "enrollment.csv"
kind = "enrollment_info/1"
student = {{ scheme = "{SCHEME}", column = "student" }}
record_id = ["student", "year", "row"]
[table.columns]
school_code = {{ column = "school" }}
school_year = {{ column = "year" }}
grade = {{ column = "grade" }}
class_code = {{ column = "class" }}
occurred_on = {{ column = "date" }}
transfer_in_date = {{ column = "in", optional = true }}
transfer_out_date = {{ column = "out", optional = true }}
enrollment_status = {{ column = "status", map = {{ "" = "enrolled", "卒業" = "graduated", "退学" = "withdrawn" }} }}
[table.attributes]
class_type = {{ column = "type", values = ["small", "regular"] }}

[[table]]
file = "guardians.csv"
kind = "guardian"
required = false
student = {{ scheme = "{SCHEME}", column = "student" }}
guardian = {{ scheme = "{SCHEME}", column = "guardian" }}
[table.columns]
relationship = {{ column = "is" }}
has_parental_authority = {{ column = "authority" }}
cares_by = {{ column = "cares_by", optional = true }}
contact_allowed = {{ column = "contact", optional = true }}

[[table]]
file = "consents.csv"
kind = "consent"
required = false
student = {{ scheme = "{SCHEME}", column = "student" }}
guardian = {{ scheme = "{SCHEME}", column = "guardian" }}
[table.columns]
purpose = {{ column = "purpose" }}
decision = {{ column = "decision" }}
signed_on = {{ column = "day" }}
recipient = {{ column = "recipient", optional = true }}
"""
HEADS = {
    "enrollment.csv": "student,year,row,school,grade,class,date,in,out,status,type",
    "guardians.csv": "student,guardian,is,authority,cares_by,contact",
    "consents.csv": "student,guardian,purpose,decision,day,recipient",
}


@dataclass
class Roll:
    """One school's files, in a folder of their own."""

    school: School
    folder: Path

    def imports(
        self,
        *enrolments: str,
        guardians: tuple[str, ...] = (),
        consents: tuple[str, ...] = (),
        absent_left: AbsentLeft | None = None,
    ) -> Loaded:
        """Hand over a file set.

        Args:
            enrolments: `student year class` and then `row=`, `in=`, `out=`, `status=`, `type=`, in any order.
            guardians: Rows of guardians.csv.
            consents: Rows of consents.csv.
            absent_left: What the office says of those who are absent.
        """
        files = self.folder / "files"
        files.mkdir(exist_ok=True)
        rows = {
            "enrollment.csv": [self._enrolment(text) for text in enrolments],
            "guardians.csv": list(guardians),
            "consents.csv": list(consents),
        }
        for name, lines in rows.items():
            (files / name).write_text("\n".join([HEADS[name], *lines]) + "\n", encoding="utf-8")
        (self.folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
        batch = read_tables(files, load_mapping(self.folder / "mapping.toml"))
        return load(self.school.node, self.school.org, batch, absent_left=absent_left)

    def _enrolment(self, text: str) -> str:
        student, year, room, *more = text.split()
        said: dict[str, Any] = {"row": "1", "in": "", "out": "", "status": "", "type": "regular"}
        said |= dict(part.split("=") for part in more)
        day = said["in"] or f"{year}-04-06"
        first = (student, year, said["row"], self.school.org, "P5", room, day)
        return ",".join([*first, said["in"], said["out"], said["status"], said["type"]])

    def imports_oneroster(self, *pupils: Pupil, ends: Mapping[str, Mapping[str, str]] | None = None) -> Loaded:
        """Hand over a OneRoster package of 2026.

        Args:
            pupils: Who is in it.
            ends: By `roles` or `enrollments`, the `endDate` of a pupil's row by key.
        """
        files: dict[str, Any] = dict(tables(school=Named(), students=pupils, school_year=2026))
        for name, days in (ends or {}).items():
            head, *rows = files[f"{name}.csv"]
            for row in rows:
                for key, day in days.items():
                    if Pupil(key).sourced_id in row:
                        row[head.index("endDate")] = day
        path = pack(self.folder / "RO_20260410_B113299999902.zip", files)
        return load(self.school.node, self.school.org, read_oneroster(path))
