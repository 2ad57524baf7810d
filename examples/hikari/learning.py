"""Tests and grades of a student's year: a level in each subject, a drift over the years, a dip after a move.

Never: a score that the grade beside it contradicts by more than chance would.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from examples.hikari.school_days import school_days, term_ends
from examples.hikari.seats import MOVING, Seat, moving_day
from examples.hikari.town import SUBJECTS, subjects, tested

_TESTS = 35  # of a student in a year
_UNITS_TO_A_TERM_TEST = 3  # in junior high every third test is the term's
_DIP, _DIP_DAYS = 11.0, 45
UNITS = {
    "国語": (
        "物語を読もう",
        "説明文の組み立て",
        "漢字のまとめ",
        "話し合い",
        "詩を味わう",
        "作文",
        "古典にふれる",
        "言葉のきまり",
    ),
    "算数": ("数のしくみ", "たし算とひき算", "かけ算とわり算", "図形", "長さと重さ", "表とグラフ", "割合", "文章題"),
    "数学": ("正負の数", "文字の式", "方程式", "関数", "平面図形", "空間図形", "データの活用", "証明"),
    "社会": (
        "まちのようす",
        "くらしと産業",
        "地図の読み方",
        "歴史のはじまり",
        "政治のしくみ",
        "世界の国ぐに",
        "資料の活用",
        "公民",
    ),
    "理科": (
        "植物のつくり",
        "天気の変化",
        "電気のはたらき",
        "ものの溶け方",
        "力と運動",
        "からだのつくり",
        "星の動き",
        "水溶液",
    ),
    "生活": ("学校たんけん", "はなをそだてよう", "まちたんけん", "むしとなかよし"),
    "外国語": ("あいさつ", "道案内", "できること", "行きたい国", "一日の生活", "将来の夢", "読むこと", "聞くこと"),
}


class Test(NamedTuple):
    """One test, as the columns of tests.csv have it."""

    day: date
    test_id: str
    name: str
    kind: str
    subject: str
    score: int


class Mark(NamedTuple):
    """One subject's marks of a term, as the columns of grades.csv have it."""

    day: date
    term: str
    subject: str
    knowledge: str
    thinking: str
    attitude: str
    rating: str


def levels(seed: int, seat: Seat) -> dict[str, float]:
    """How a student does in each subject in the middle of the year, of 100; by subject code."""
    student = seat.student
    found = {}
    for code in subjects(seat.grade):
        chance = Random(f"level/{seed}/{student.number}/{SUBJECTS[code]}")  # noqa: S311  # invented data
        own = chance.gauss(0.0, 6.0)
        drift = student.drift + chance.gauss(0.0, 1.5)
        found[code] = student.level + own + drift * (int(seat.grade[1]) - 3)
    return found


def tests(seed: int, seat: Seat, today: date) -> Iterator[Test]:
    """The tests of a year: unit tests all year round, the term's tests in junior high, the national one in April."""
    chance = Random(f"tests/{seed}/{seat.student.number}/{seat.school_year}")  # noqa: S311  # invented data
    known, days = levels(seed, seat), school_days(seat.school_year)
    codes = tested(seat.grade)
    if seat.grade in ("P6", "J3"):
        day = next(day for day in days if day >= date(seat.school_year, 4, 16))
        for code in codes[:3:2]:
            name = f"全国学力・学習状況調査 {SUBJECTS[code]}"
            yield Test(day, f"national-{code}", name, "national", code, _score(chance, known[code] - 8))
    for number in range(_TESTS):
        code, round_ = codes[number % len(codes)], number // len(codes) + 1
        day = days[min(len(days) - 1, (number + 1) * len(days) // (_TESTS + 1) + number % len(codes))]
        level = known[code] + 2.5 * (day - days[0]).days / 350 - _dip(seat, day, today)
        if seat.grade[0] == "J" and round_ % _UNITS_TO_A_TERM_TEST == 0:
            name, kind = f"{SUBJECTS[code]} 定期テスト", "term_end"
        else:
            units = UNITS[SUBJECTS[code]]
            name, kind = f"{SUBJECTS[code]} 「{units[(round_ + int(seat.grade[1])) % len(units)]}」", "unit"
        yield Test(day, f"{kind}-{code}-{round_}", name, kind, code, _score(chance, level))


def marks(seed: int, seat: Seat, today: date) -> Iterator[Mark]:
    """What a school issues at the end of each term."""
    chance = Random(f"marks/{seed}/{seat.student.number}/{seat.school_year}")  # noqa: S311  # invented data
    known = levels(seed, seat)
    for term, day in enumerate(term_ends(seat.school_year), 1):
        for code, level in known.items():
            seen = level + (term - 2) * 1.2 - _dip(seat, day, today) / 2
            knows, thinks, tries = (_viewpoint(seen + chance.gauss(extra, 6.0)) for extra in (0.0, -3.0, 4.0))
            rating = _rating(seat.grade, seen + chance.gauss(0.0, 3.0))
            yield Mark(day, str(term), code, knows, thinks, tries, rating)


def _dip(seat: Seat, day: date, today: date) -> float:
    """A student who has changed schools does worse at first, and less so with every week."""
    if seat.student.number != MOVING:
        return 0.0
    since = (day - moving_day(today, seat.school_year)) / timedelta(days=1)
    return _DIP * (1 - since / _DIP_DAYS) if seat.moved_in and 0 <= since < _DIP_DAYS else 0.0


def _score(chance: Random, level: float) -> int:
    return min(100, max(8, round(chance.gauss(level, 7.0))))


def _viewpoint(level: float) -> str:
    return "A" if level >= 82 else "B" if level >= 56 else "C"  # noqa: PLR2004  # of 100


def _rating(grade: str, level: float) -> str:
    """評定: 1 to 5 in junior high, 1 to 3 from P3 on, none before."""
    if grade[0] == "J":
        return str(1 + sum(level >= bound for bound in (40, 56, 73, 87)))
    return "" if grade in ("P1", "P2") else str(1 + sum(level >= bound for bound in (54, 82)))
