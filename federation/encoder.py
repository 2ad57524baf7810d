"""Turn one student's records into a bounded vector of integers.

Here:   looking features up, comparing, and one cell per student through `anonymiser.Block`.
Never:  noise, a store, an error about a student: whatever is missing or odd adds nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from anonymiser import Value
from federation.fields import Number, number_of, text_of, value_of
from federation.plan import Plan
from federation.question import Condition, Feature
from pds.records import Category, Record
from pds.vault import Enrolled, StoredRecord, enrolments

Found = Number | str


def encode(plan: Plan, records: Iterable[StoredRecord], enrolled: Enrolled | None = None) -> dict[int, int]:
    """One student's part of the vector, by its place; at most one cell per component is not zero.

    Args:
        plan: The compiled study.
        records: The records in effect of its school year.
        enrolled: Where the student was enrolled on its census date, whose enrolment says grade and attributes.
    """
    current = _in_order(plan, list(records), enrolled)
    if not all(_holds(condition, current) for condition in plan.question.where):
        return {}
    cell = _cell(plan, current)
    values = _values(plan, current)
    if cell is None or values is None:
        return {}
    vector: dict[int, int] = {}
    for number, component in enumerate(plan.components):
        entries = component.block.encode([(cell, values[component.name])])
        vector |= {number * len(plan.groups) + place: steps for place, steps in entries.items()}
    return vector


def _in_order(plan: Plan, records: Sequence[StoredRecord], enrolled: Enrolled | None) -> dict[Category, list[Record]]:
    """Records by kind, the latest last: enrolments by the rule of the present one, all others by their day."""
    found: dict[Category, list[Record]] = {}
    for item in sorted(records, key=lambda one: (one.record.occurred_on, one.seq)):
        found.setdefault(item.category, []).append(item.record)
    found[Category.ENROLLMENT_INFO] = [*reversed(enrolments(records, enrolled, plan.question.census_date))]
    return found


def look_up(feature: Feature, current: Mapping[Category, Sequence[Record]]) -> Found | None:
    """A feature of one student, from records in effect; None when the student does not have it."""
    matching = [
        record
        for record in current.get(feature.kind, ())
        if all(text_of(value_of(record, part.field)) in part.one_of for part in feature.where)
    ]
    if feature.field is None:
        return len({record.occurred_on for record in matching})
    numeric = feature.holds().number
    for record in reversed(matching):
        value = value_of(record, feature.field)
        found = number_of(value) if numeric else text_of(value)
        if found is not None:
            return found
    return None


def _holds(condition: Condition, current: Mapping[Category, Sequence[Record]]) -> bool | None:
    """Whether a condition holds; None when the student does not have its feature."""
    found = look_up(condition.feature, current)
    if found is None:
        return None
    if condition.one_of is not None:
        return text_of(found) in condition.one_of
    if isinstance(found, str):
        return None
    low, high = condition.at_least, condition.at_most
    return (low is None or found >= Decimal(low)) and (high is None or found <= Decimal(high))


def _cell(plan: Plan, current: Mapping[Category, Sequence[Record]]) -> int | None:
    values = [text_of(look_up(group.feature, current)) for group in plan.question.groups]
    return plan.cell_of.get(tuple(value for value in values if value is not None))


def _values(plan: Plan, current: Mapping[Category, Sequence[Record]]) -> Mapping[str, Value] | None:
    """What each component gets; None when the student lacks something that is required."""
    if plan.question.condition is not None:
        holds = _holds(plan.question.condition, current)
        return None if holds is None else {"count": 1, "sum": 1 if holds else -1}
    total = Fraction(0)
    for term, clamp in zip(plan.question.terms, plan.clamps, strict=True):
        found = look_up(term.feature, current)
        if found is None or isinstance(found, str):
            return None
        total += clamp.clamp(Fraction(found) * 10**plan.places)
    return {"count": 1, "sum": total}
