"""One school's office, at its own node, with the files it hands over: everything by commands. Never: a town."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.town import MINATO
from tests.world.processes import CommandFailedError, pds_here

HEADER = "student,school,year,grade,date,family,given,kana,born,class\n"
MAPPING = """
format = "manabi-mapping/1"
source_system = "office-sis"
encoding = "utf-8-sig"

[[table]]
file = "enrollment.csv"
kind = "enrollment_info/1"
student = { scheme = "office", column = "student" }
record_id = ["student", "year"]
[table.columns]
school_code = { column = "school" }
school_year = { column = "year" }
grade = { column = "grade" }
occurred_on = { column = "date" }
official_family_name = { column = "family" }
official_given_name = { column = "given" }
kana_family_name = { column = "kana", optional = true }
birth_date = { column = "born", optional = true }
class_code = { column = "class" }
"""


@dataclass(frozen=True)
class Office:
    """A folder with a node, a mapping and the files."""

    root: Path

    def enrolls(self, *rows: str) -> None:
        """Write the file of enrolments: student, grade, family, given, kana, born."""
        lines = []
        for row in rows:
            student, grade, *names = row.split(",")
            lines.append(",".join([student, MINATO, "2026", grade, "2026-04-06", *names, "1"]) + "\n")
        (self.root / "files").mkdir(exist_ok=True)
        (self.root / "files" / "enrollment.csv").write_text(HEADER + "".join(lines), encoding="utf-8")

    def imports(self, *options: str | Path) -> dict[str, Any]:
        """Import what was written."""
        (self.root / "mapping.toml").write_text(MAPPING, encoding="utf-8")
        files, mapping = self.root / "files", self.root / "mapping.toml"
        return self.does("import", "csv", files, "--as", MINATO, "--mapping", mapping, *options)

    def is_stopped(self, *options: str | Path) -> str:
        """Import what was written, which must be refused as a mistake of the user's; hand back what was said."""
        with pytest.raises(CommandFailedError) as stopped:
            self.imports(*options)
        assert stopped.value.code == 2
        return stopped.value.stderr

    def does(self, *arguments: str | Path) -> dict[str, Any]:
        """Run a command at the node."""
        return pds_here(*arguments, node=self.root / "node")

    def answers(self, questions: Path, *answers: str, encoding: str = "utf-8-sig") -> Path:
        """Fill in a file of questions, in its order, as a spreadsheet saves it."""
        with questions.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        column = header.index("answer")
        assert len(rows) == len(answers)
        for row, answer in zip(rows, answers, strict=True):
            row[column] = answer
        filled = questions.with_name(f"answered-{questions.name}")
        with filled.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return filled


def open_office(root: Path) -> Office:
    """A node with one school on it."""
    office = Office(root)
    office.does("node", "init", "--recovery", root / "recovery")
    office.does("org", "add", MINATO, "--name", "みなと小学校", "--kind", "school", "--parent", "139998")
    return office
