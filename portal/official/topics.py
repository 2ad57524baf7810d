"""What officials can ask about from a form: features with public bounds and lists, chosen before anybody looks.

Never: a list that comes from data, a bound that fits somebody.
"""

from dataclasses import dataclass

from federation import Condition, Feature, Filter, Group
from pds.records import Category
from portal.language import phrase

EPSILONS = (50_000, 100_000, 200_000, 300_000, 500_000, 1_000_000)  # micro-ε


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of each student, for a mean.

    Attributes:
        name: What it is, as a phrase for the catalogues.
        low: Public limit, in the unit of the data.
        high: Public limit.
        unit: Of a value, as a phrase.
        subject: Code of the subject that the name speaks of; empty if of none.
    """

    name: str
    feature: Feature
    low: str
    high: str
    unit: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Trait:
    """True or false of each student, for a count or a proportion; `name` says who they are."""

    name: str
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Division:
    """A public key of groups; `name` is what one group is."""

    name: str
    group: Group


def _days(kind: Category, **only: tuple[str, ...]) -> Feature:
    where = tuple(Filter(field=field, one_of=values) for field, values in only.items())
    return Feature(kind=kind, take="days", where=where)


def _positive(item: str) -> Condition:
    """An answer on the positive side of four steps."""
    feature = Feature(kind=Category.STUDENT_SURVEY, field="response", where=(Filter(field="item_id", one_of=(item,)),))
    return Condition(feature=feature, at_least="3")


def _score(subject: str) -> Amount:
    where = (Filter(field="subject_code", one_of=(subject,)),)
    feature = Feature(kind=Category.TEST_RESULT, field="raw_score", where=where)
    return Amount(phrase("%(subject)sの、最も新しいテストの点"), feature, "0", "100", phrase("点"), subject)


_ABSENT = _days(Category.ATTENDANCE, status=("absent",))
_LATE = _days(Category.ATTENDANCE, late=("true",))
_ROUGH = _days(Category.MOOD_WEATHER, weather=("rainy", "thunder"))
_GRADE = Feature(kind=Category.ENROLLMENT_INFO, field="grade")
_STAGE = Feature(kind=Category.ENROLLMENT_INFO, field="attributes.stage")
_ELEMENTARY = tuple(f"P{year}" for year in range(1, 7))
_JUNIOR = tuple(f"J{year}" for year in range(1, 4))

AMOUNTS = {
    "absent_days": Amount(phrase("欠席した日数"), _ABSENT, "0", "60", phrase("日")),
    "late_days": Amount(phrase("遅刻した日数"), _LATE, "0", "60", phrase("日")),
    "drill_days": Amount(phrase("ドリルに答えた日数"), _days(Category.DRILL_LOG), "0", "200", phrase("日")),
    **{f"score_{subject}": _score(subject) for subject in ("P010", "P020", "P030", "P040", "J010", "J030", "J090")},
}
TRAITS = {
    "everybody": Trait(phrase("統計に同意した児童生徒"), None),
    "absent_30": Trait(phrase("欠席が30日以上の児童生徒"), Condition(feature=_ABSENT, at_least="30")),
    "absent_10": Trait(phrase("欠席が10日以上の児童生徒"), Condition(feature=_ABSENT, at_least="10")),
    "late_5": Trait(phrase("遅刻が5日以上の児童生徒"), Condition(feature=_LATE, at_least="5")),
    "class_fun": Trait(phrase("学級は楽しいと答えた児童生徒"), _positive("class_fun")),
    "understand_lessons": Trait(phrase("授業が分かると答えた児童生徒"), _positive("understand_lessons")),
    "home_drills": Trait(
        phrase("家でドリルに答えた日が2日以上の児童生徒"),
        Condition(feature=_days(Category.DRILL_LOG, place=("home",)), at_least="2"),
    ),
    "rough_days": Trait(phrase("心の天気が雨か雷の日が5日以上の児童生徒"), Condition(feature=_ROUGH, at_least="5")),
}
DIVISIONS = {
    "elementary": Division(phrase("学年"), Group(feature=_GRADE, values=_ELEMENTARY)),
    "junior_high": Division(phrase("学年"), Group(feature=_GRADE, values=_JUNIOR)),
    "grade": Division(phrase("学年"), Group(feature=_GRADE, values=_ELEMENTARY + _JUNIOR)),
    "stage": Division(phrase("学校の種類"), Group(feature=_STAGE, values=("elementary", "junior_high"))),
}
DIVISION_CHOICES = {
    "none": phrase("分けない"),
    "elementary": phrase("小学校の学年"),
    "junior_high": phrase("中学校の学年"),
    "grade": phrase("小学校と中学校の学年"),
    "stage": phrase("学校の種類"),
    "own": phrase("学校が登録した区分"),
}
FIELDS = {"attributes.class_type": phrase("学級の種類"), "raw_score": phrase("得点")}
VALUES = {
    "elementary": phrase("小学校"),
    "junior_high": phrase("中学校"),
    "small": phrase("少人数の学級"),
    "regular": phrase("ふつうの学級"),
    "regular+aide": phrase("補助の先生がいる学級"),
}
