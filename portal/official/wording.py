"""A question in words: what is asked, of whom, in which groups; a form's question and one from a file alike.

Never: a figure from a release, a title that somebody wrote.
"""

from collections.abc import Sequence

from federation import Condition, Feature, Question, Study
from pds.node import Node
from pds.records import Category, field_called
from portal.language import Words, vocabulary
from portal.official.topics import AMOUNTS, DIVISIONS, FIELDS, TRAITS, VALUES, Amount

_GRADE = "grade"
_PLUS = " + "


def question_text(words: Words, question: Question) -> str:
    """The question as one sentence."""
    groups = dividing(words, question)
    if question.measure == "mean":
        what = amount_text(words, question)
        if groups:
            return words.say("%(what)sの平均は、%(groups)sごとにいくつですか", what=what, groups=groups)
        return words.say("%(what)sの平均はいくつですか", what=what)
    who = asked_about(words, question)
    if question.measure == "proportion":
        if groups:
            return words.say("%(who)sは、%(groups)sごとに何%%ですか", who=who, groups=groups)
        return words.say("%(who)sは、何%%ですか", who=who)
    if groups:
        return words.say("%(who)sは、%(groups)sごとに何人ですか", who=who, groups=groups)
    return words.say("%(who)sは、何人ですか", who=who)


def measured(words: Words, question: Question) -> str:
    """What the bars of a result show."""
    if question.measure == "mean":
        return words.say("%(what)sの平均", what=amount_text(words, question))
    if question.measure == "proportion":
        return words.say("%(who)sの割合", who=asked_about(words, question))
    return words.say("%(who)sの人数", who=asked_about(words, question))


def facts(words: Words, node: Node, study: Study) -> list[tuple[str, str]]:
    """Which records, which groups, when, where, by whom."""
    question = study.question
    kinds = [vocabulary.category(words, kind.value) for kind in sorted(question.categories)]
    rows = [
        (words.say("使う記録"), listed(words, kinds) or words.say("在籍だけ")),
        (words.say("分け方"), dividing(words, question) or words.say("分けない")),
        (words.say("年度"), words.school_year(question.school_year)),
        (words.say("在籍の基準日"), words.full_day(question.census_date)),
        (words.say("範囲"), node.name_of(study.scope)),
    ]
    if question.where and question.measure != "count":
        who = [condition_text(words, condition) for condition in question.where]
        rows.append((words.say("対象"), listed(words, who)))
    if node.entry_of(study.asked_by) is not None:
        rows.append((words.say("たずねる人"), node.name_of(study.asked_by)))
    return rows


def dividing(words: Words, question: Question) -> str:
    """What one group is: 学年; empty for a question without groups."""
    return listed(words, [key_text(words, group.feature) for group in question.groups])


def group_text(words: Words, question: Question, values: tuple[str, ...]) -> str:
    """One group of a table: 小学5年; 全体 for a question without groups."""
    names = [value_text(words, group.feature, value) for group, value in zip(question.groups, values, strict=True)]
    return listed(words, names) or words.say("全体")


def key_text(words: Words, feature: Feature) -> str:
    """What a group key is called."""
    for division in DIVISIONS.values():
        if division.group.feature == feature:
            return words.say(division.name)
    if feature.field in FIELDS and not feature.where:
        return words.say(FIELDS[feature.field])
    return feature_text(words, feature)


def value_text(words: Words, feature: Feature, value: str) -> str:
    """A value of a public list."""
    if feature.field == _GRADE:
        return words.grade(value)
    if feature.field == "subject_code":
        return vocabulary.subject(words, value)
    named = field_called(feature.kind, feature.field or "")
    if named is not None and value in named.codes:
        return words.name(named.codes[value])
    return words.say(VALUES[value]) if value in VALUES else value


def amount_text(words: Words, question: Question) -> str:
    """What a mean is of."""
    return listed(words, [feature_text(words, term.feature) for term in question.terms], _PLUS)


def unit_of(words: Words, question: Question) -> str:
    """The unit of the values: %, 人, 日, 点 or none that we know."""
    if question.measure == "proportion":
        return "%"
    if question.measure == "count":
        return words.say("人")
    units = {amount.unit for term in question.terms for amount in AMOUNTS.values() if amount.feature == term.feature}
    if len(units) == 1:
        return words.say(units.pop())
    return words.say("点") if all(term.feature.kind is Category.TEST_RESULT for term in question.terms) else ""


def asked_about(words: Words, question: Question) -> str:
    """Who is counted."""
    conditions = [*question.where, *((question.condition,) if question.condition is not None else ())]
    if question.measure == "proportion" and question.condition is not None:
        return condition_text(words, question.condition)
    who = [condition_text(words, condition) for condition in conditions]
    everybody = TRAITS["everybody"].name
    return listed(words, who) or words.say(everybody)


def condition_text(words: Words, condition: Condition) -> str:
    """Of whom a condition holds."""
    for trait in TRAITS.values():
        if trait.condition == condition:
            return words.say(trait.name)
    what = feature_text(words, condition.feature)
    if condition.one_of is not None:
        values = listed(words, [value_text(words, condition.feature, value) for value in condition.one_of])
        return words.say("%(what)sが%(values)sの児童生徒", what=what, values=values)
    if condition.at_most is None:
        return words.say("%(what)sが%(low)s以上の児童生徒", what=what, low=condition.at_least)
    if condition.at_least is None:
        return words.say("%(what)sが%(high)s以下の児童生徒", what=what, high=condition.at_most)
    return words.say(
        "%(what)sが%(low)sから%(high)sまでの児童生徒", what=what, low=condition.at_least, high=condition.at_most
    )


def amount_name(words: Words, amount: Amount) -> str:
    """What an amount is called, its subject with the school that teaches it."""
    subject = vocabulary.subject(words, amount.subject)
    if amount.subject.startswith("P"):
        subject = words.say("小学校の%(subject)s", subject=subject)
    elif amount.subject.startswith("J"):
        subject = words.say("中学校の%(subject)s", subject=subject)
    return words.say(amount.name, subject=subject)


def feature_text(words: Words, feature: Feature) -> str:
    """What a feature is called; one that no form offers by its kind and its public label."""
    for amount in AMOUNTS.values():
        if amount.feature == feature:
            return amount_name(words, amount)
    kind = vocabulary.category(words, feature.kind.value)
    shown = []
    if feature.field is not None:
        known = FIELDS.get(feature.field)
        shown = [words.say(known) if known else field_name(words, feature)]
    for part in feature.where:
        field = Feature(kind=feature.kind, field=part.field)
        shown += [value_text(words, field, value) for value in part.one_of]
    if feature.take == "days" and not shown:
        return words.say("%(kind)sがある日数", kind=kind)
    if feature.take == "days":
        return words.say("%(kind)s(%(which)s)がある日数", kind=kind, which=listed(words, shown))
    return words.say("%(kind)s(%(which)s)", kind=kind, which=listed(words, shown))


def field_name(words: Words, feature: Feature) -> str:
    """What the kind's module calls a field; the field itself where it does not say."""
    field = feature.field or ""
    named = field_called(feature.kind, field)
    return words.name(named.name) if named is not None else field.removeprefix("attributes.")


def listed(words: Words, names: Sequence[str], between: str = "") -> str:
    """Names one after the other, as the language lists them."""
    return (between or ("・" if words.language == "ja" else ", ")).join(names)
