"""What a student says: 心の天気, reflections, answers to surveys, answers in the drill.

Never: what somebody else says about the student (`care`).
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from examples.hikari.learning import UNITS, levels
from examples.hikari.school_days import school_days
from examples.hikari.seats import Seat
from examples.hikari.town import SUBJECTS, tested

Row = tuple[str, ...]
_MOODS, _REFLECTIONS, _DRILLS = 12, 6, 10
_WEATHERS = ("sunny", "partly_cloudy", "cloudy", "rainy", "thunder")
_THOUGHTS = (
    "はじめはむずかしかったけれど、図をかいたら分かった。",
    "友だちの考えを聞いて、べつのやり方もあると気づいた。",
    "まちがえたところを直して、もう一度といてみた。",
    "次は、自分から発表したい。",
    "グループで話し合うと、いろいろな意見が出ておもしろかった。",
    "前より速くとけるようになった。",
    "ていねいに書くことに気をつけた。",
    "まだよく分からないところがあるので、家で見直す。",
)
_COMMENTS = ("休み時間にたくさん遊んだ", "ねむかった", "給食がおいしかった", "ちょっとつかれた", "", "", "", "", "")
SURVEY_ITEMS = ("class_fun", "say_opinion", "be_helped", "understand_lessons")
_WAVES = ((6, 12), (11, 13))


def moods(seed: int, seat: Seat) -> Iterator[tuple[date, Row]]:
    """心の天気, now and then: mostly sunny, after a move more clouds."""
    chance = _chance("moods", seed, seat)
    for day in sorted(chance.sample(school_days(seat.school_year), _MOODS)):
        unsettled = seat.moved_in is not None and day < seat.moved_in + timedelta(days=30)
        weights = (15, 30, 30, 20, 5) if unsettled else (52, 26, 13, 7, 2)
        yield day, ("end_of_day", chance.choices(_WEATHERS, weights)[0], chance.choice(_COMMENTS))


def reflections(seed: int, seat: Seat) -> Iterator[tuple[date, Row]]:
    """What the student thinks of a lesson."""
    chance = _chance("reflections", seed, seat)
    codes = tested(seat.grade)
    for day in sorted(chance.sample(school_days(seat.school_year), _REFLECTIONS)):
        code = chance.choice(codes)
        unit = chance.choice(UNITS[SUBJECTS[code]])
        yield day, (code, unit, chance.choice(_THOUGHTS), str(chance.choices((2, 3, 4), (2, 5, 4))[0]))


def surveys(seed: int, seat: Seat) -> Iterator[tuple[date, Row]]:
    """Two waves of a survey of four questions, each answered from 1 to 4."""
    chance = _chance("surveys", seed, seat)
    for wave, (month, day_of_month) in enumerate(_WAVES, 1):
        day = next(day for day in school_days(seat.school_year) if day >= date(seat.school_year, month, day_of_month))
        for item in SURVEY_ITEMS:
            answer = chance.choices((1, 2, 3, 4), (4, 12, 40, 44 + 6 * wave))[0]
            yield day, ("school-life", str(wave), item, str(answer))


def drills(seed: int, seat: Seat) -> Iterator[tuple[date, Row]]:
    """Answers in a digital drill, at school and at home."""
    chance = _chance("drills", seed, seat)
    known, codes = levels(seed, seat), tested(seat.grade)
    for day in sorted(chance.sample(school_days(seat.school_year), _DRILLS)):
        code = chance.choice(codes)
        right = chance.random() * 100 < known[code]
        place, hour = chance.choice((("school", 14), ("home", 18), ("home", 19)))
        moment = datetime(day.year, day.month, day.day, hour, chance.randrange(60), chance.randrange(60))  # noqa: DTZ001  # Japan's time
        statement = UUID(int=chance.getrandbits(128), version=4)
        unit = chance.choice(UNITS[SUBJECTS[code]])
        score = "1" if right else "0"
        item = f"https://drill.example/items/{code.lower()}-{chance.randrange(400)}"
        written = f"{moment.isoformat()}+09:00"
        yield day, (str(statement), written, item, code, unit, score, str(chance.randrange(8, 90)), place)


def _chance(what: str, seed: int, seat: Seat) -> Random:
    return Random(f"{what}/{seed}/{seat.student.number}/{seat.school_year}")  # noqa: S311  # invented data
