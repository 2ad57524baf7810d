"""What teachers and the nurse write about a student: notes, visits, mornings unwell, examinations, the yearly sheet.

Never: what the student says (`feelings`).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from random import Random

from examples.hikari.presence import Day
from examples.hikari.school_days import school_days, term_ends
from examples.hikari.seats import Seat
from examples.hikari.town import GRADES

Row = tuple[str, ...]
_NOTES, _UNWELL = 4, 4
_OBSERVED = (
    ("good_point", "係の仕事を最後までやりとげた。"),
    ("good_point", "下の学年の子にやさしく声をかけていた。"),
    ("learning", "自分の考えを図にして説明できた。"),
    ("learning", "計算の見直しをする習慣がついてきた。"),
    ("life", "朝のあいさつの声が大きくなった。"),
    ("life", "休み時間は外で元気に遊んでいる。"),
    ("learning", "発表のとき、友だちの意見につなげて話せた。"),
    ("good_point", "落とし物を進んで届けてくれた。"),
)
_VISITS = (
    ("injury", "ひざのすり傷", "playground", "break", "洗って絆創膏", "back_to_class"),
    ("injury", "指の打撲", "gymnasium", "physical_education", "冷やした", "back_to_class"),
    ("illness", "頭痛", "classroom", "lesson", "1時間休養", "rest"),
    ("illness", "腹痛", "classroom", "lesson", "休養して様子を見た", "rest"),
    ("illness", "発熱", "classroom", "lesson", "検温、保護者に連絡", "early_leave"),
    ("consultation", "", "other", "break", "話を聞いた", "back_to_class"),
)
_COMMENTS = (
    "落ち着いて学習に取り組み、分かるまで粘り強く考えた。係活動では友だちと協力して最後までやりとげた。",
    "興味をもったことを進んで調べ、分かりやすくまとめた。だれにでも公平に接し、学級の信頼を得ている。",
    "話し合いで自分の考えをはっきり伝えられるようになった。運動にも進んで取り組み、体力が伸びた。",
    "ていねいに取り組む姿勢が身に付き、学習の定着が見られた。下級生の世話をよくした。",
)
_HEIGHTS = (117, 123, 128, 134, 140, 147, 154, 161, 165)  # cm, by grade, roughly
_WEIGHTS = (21, 24, 27, 31, 35, 39, 45, 50, 54)  # kg


def notes(seed: int, seat: Seat) -> Iterator[tuple[date, Row]]:
    """日常所見, by the homeroom teacher's pseudonym."""
    chance = _chance("notes", seed, seat)
    days = sorted(chance.sample(school_days(seat.school_year), _NOTES))
    for day, (category, text) in zip(days, chance.sample(_OBSERVED, _NOTES), strict=True):
        scope = chance.choice(("homeroom", "grade", "school"))
        yield day, (f"staff-{seat.school.name}-{seat.grade}-{seat.class_code}", category, scope, text)


def visits(seed: int, seat: Seat) -> Iterator[tuple[date, Row]]:
    """Visits to the nurse: most students none to three, a frail one more."""
    chance = _chance("visits", seed, seat)
    for day in sorted(chance.sample(school_days(seat.school_year), chance.choice((0, 1, 1, 2, 3)))):
        reason, symptom, place, activity, treatment, outcome = chance.choice(_VISITS)
        at = f"{day.isoformat()}T{chance.randrange(9, 15):02}:{chance.randrange(60):02}:00+09:00"
        called = "true" if outcome == "early_leave" else "false"
        yield day, (at, reason, symptom, place, activity, treatment, outcome, called)


def mornings(seed: int, seat: Seat) -> Iterator[tuple[date, Row]]:
    """健康観察: the mornings that stood out; usual ones are not written down one by one."""
    chance = _chance("mornings", seed, seat)
    for day in sorted(chance.sample(school_days(seat.school_year), _UNWELL)):
        if chance.random() < 0.3 * seat.student.frail:
            yield day, ("unwell", f"{chance.gauss(37.3, 0.4):.1f}", chance.choice(("poor", "good")), "poor")
        else:
            yield day, ("good", f"{chance.gauss(36.4, 0.2):.1f}", "good", "good")


def examinations(seed: int, seat: Seat) -> Iterator[tuple[date, Row]]:
    """健康診断票: once a year, by the end of June."""
    person = Random(f"body/{seed}/{seat.student.number}")  # noqa: S311  # invented data
    tall, heavy, eyes = person.gauss(0.0, 5.0), person.gauss(0.0, 4.0), person.choice("AAAABBCD")
    chance = _chance("examinations", seed, seat)
    place = GRADES.index(seat.grade)
    day = next(day for day in school_days(seat.school_year) if day >= date(seat.school_year, 5, 18))
    height, weight = _HEIGHTS[place] + tall + chance.gauss(0, 0.6), max(15.0, _WEIGHTS[place] + heavy + tall / 2)
    teeth = chance.choices(("none", "observation", "treatment"), (6, 2, 2))[0]
    yield day, (f"{height:.1f}", f"{weight:.1f}", "good", eyes, eyes, "none", teeth)


def sheets(seed: int, seat: Seat, days: Iterable[Day]) -> Iterator[tuple[date, Row]]:
    """指導要録: the sheet of a year, or of the part until the student left; the five numbers are those of the days."""
    chance = _chance("sheets", seed, seat)
    written_on = seat.last or term_ends(seat.school_year)[-1]
    here = [item.status for item in days if seat.first <= item.day <= written_on]
    suspended, absent = here.count("suspended") + here.count("bereavement"), here.count("absent")
    required = len(here) - suspended
    numbers = (len(here), suspended, required, absent, required - absent)
    yield written_on, (*map(str, numbers), chance.choice(_COMMENTS))


def _chance(what: str, seed: int, seat: Seat) -> Random:
    return Random(f"{what}/{seed}/{seat.student.number}/{seat.school_year}")  # noqa: S311  # invented data
