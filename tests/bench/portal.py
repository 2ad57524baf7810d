"""How long the server works on a child's history of 5,000 records, and how heavy its page is.

Never: the time of a network or a browser.
"""

import gzip
import re
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape
from http import HTTPStatus
from pathlib import Path

from httpx2 import Client

from consent.lifecycle import load
from pds.holders import Role
from pds.intake import Batch, IncomingRecord, LocalId, Source
from pds.records import Record, kind_of, validate
from tests.bench.measure import Result, seconds
from tests.bench.served import served
from tests.portal.town import Browser, Town, open_town
from tests.world.prefecture import SCHEME, School

RECORDS, YEARS, TIMES = 5000, range(2021, 2027), 40
_DAYS = 180  # on which something happens in a school year


def timeline() -> list[Result]:
    """The first page of the history beside opening the same school year with nothing shown; its first load, files
    included, beside that of a page without entries. Pairs alternate.

    The page is asked for over HTTP, of a node in a process of its own; the baseline is opened in this one. So the
    page's time has the way there and back in it.
    """
    with _town() as town, _signed_in(town) as student:
        path = f"{town.path('minato')}/road"
        page, bare = _milliseconds(lambda: student.get(path)), _milliseconds(lambda: _open(town))
        page(), bare()
        pages, bares = zip(*[(page(), bare()) for _ in range(TIMES)], strict=True)
        weight, frame = _first_load(student, path), _first_load(student, f"{path}?year=1999")
    return [
        Result("timeline_p95_ms", _p95(pages), "ms", _p95(bares), list(pages)),
        Result("page_kb", weight, "KiB", frame, [weight]),
    ]


def _first_load(browser: Browser, path: str) -> float:
    """What a browser that was never here fetches for a page, in KiB: the page, and its files compressed."""
    page = browser.get(path)
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    sent = len(page.content) + sum(len(gzip.compress(browser.get(unescape(file)).content)) for file in files)
    return round(sent / 1024, 1)


def _p95(runs: tuple[float, ...]) -> float:
    return round(statistics.quantiles(runs, n=20)[-1], 1)


def _milliseconds(work: Callable[[], object]) -> Callable[[], float]:
    return lambda: round(seconds(work) * 1000, 2)


def _open(town: Town) -> int:
    """What any page of that school year has to do: one permit, one line in the log, the records opened."""
    school = town.school
    with school.node.vaults.read(school.guardian_permit("minato"), school.guardian("minato")) as reader:
        return len(list(reader.records(years={YEARS[-1]})))


@contextmanager
def _signed_in(town: Town) -> Iterator[Browser]:
    """The student's browser, at a server of the school."""
    town.family_account("minato", Role.STUDENT, 0, "minato", "みなと")
    node = town.school.node
    with served(node.folder, node.clock.now()) as address, Client(base_url=address, timeout=60) as client:
        browser = Browser(client)
        assert browser.sign_in("minato").status_code == HTTPStatus.SEE_OTHER
        yield browser


@contextmanager
def _town() -> Iterator[Town]:
    """A town in a folder of its own, on the disk that `build` is on, whose student has a long history."""
    build = Path("build")
    build.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=build))
    try:
        with open_town(folder) as town:
            school, source = town.school, Source("records.csv", 2)
            rows = [
                IncomingRecord(LocalId(SCHEME, "minato"), kind_of(record).schema, record, source)
                for year in YEARS
                for record in _year(school, year, RECORDS // len(YEARS))
            ]
            load(school.node, school.org, Batch("test-sis", (), (), tuple(rows), (), lasting=frozenset({SCHEME})))
            yield town
    finally:
        shutil.rmtree(folder)


def _year(school: School, year: int, count: int) -> Iterator[Record]:
    """A school year: half drill answers, a quarter tests, a quarter days of attendance."""
    for number in range(count):
        day = (date(year, 4, 7) + timedelta(days=number % _DAYS)).isoformat()
        common = {
            "school_code": school.org,
            "school_year": year,
            "grade": f"P{year - YEARS[0] + 1}",
            "occurred_on": day,
            "source_system": "test-sis",
            "source_record_id": f"long-{year}-{number}",
        }
        if number % 4 == 0:
            yield validate("attendance/1", {**common, "status": "present" if number % 11 else "absent"})
        elif number % 4 == 1:
            test = {"test_id": f"L{number}", "test_name": "まとめ", "test_kind": "unit", "subject_code": "P030"}
            yield validate("test_result/1", {**common, **test, "raw_score": str(number % 101), "max_score": "100"})
        else:
            drill = {
                "statement_id": f"00000000-0000-4000-8000-{year:04}{number:08}",
                "timestamp": f"{day}T10:00:00+09:00",
                "item_iri": f"https://drill.example/{number}",
                "subject_code": "P030",
                "unit": f"単元{number % 5}",
            }
            right = str(number % 3 % 2)
            yield validate(
                "drill_log/1", {**common, **drill, "score_raw": right, "score_max": "1", "score_scaled": right}
            )
