"""One question, one identifier; and what no question may ask."""

import itertools
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from federation import (
    Condition,
    Feature,
    Filter,
    Group,
    Question,
    QuestionError,
    Reference,
    Term,
    compile_study,
    read_study,
)
from pds.records import KINDS, Category, RecordKind
from tests.federation.studies import CLASS_TYPE, TITLE, absence_question, count_question, mean_question, score, study


@st.composite
def phrasings(draw: st.DrawFn) -> dict[str, Any]:
    """One question as a file might say it: any order, numbers as texts or integers, values twice."""

    def number(value: int) -> object:
        return draw(st.sampled_from([value, str(value), f"{value}.0", Decimal(value), f"{value}.000"]))

    def listed(*values: str) -> list[str]:
        return draw(st.permutations([*values, draw(st.sampled_from(values))]))

    def subject(name: str) -> dict[str, Any]:
        where = [
            {"field": "subject_code", "one_of": [name]},
            {"field": "test_kind", "one_of": listed("unit", "national")},
        ]
        return {"kind": "test_result", "field": "raw_score", "where": draw(st.permutations(where))}

    rating = {"kind": "grade_evaluation", "field": "rating", "where": [{"field": "term", "one_of": ["1"]}]}
    return {
        "measure": "mean",
        "terms": draw(
            st.permutations(
                [{"feature": subject(s), "low": number(200), "high": number(800)} for s in ("reading", "mathematics")]
            )
        ),
        "step": number(2),
        "where": draw(
            st.permutations(
                [
                    {"feature": rating, "one_of": draw(st.sampled_from([[4, 5], ["5", "4"], ["4.0", 5]]))},
                    {"feature": {"kind": "attendance", "take": "days"}, "at_least": number(1)},
                ]
            )
        ),
        "groups": draw(
            st.permutations(
                [
                    {
                        "feature": {"kind": "enrollment_info", "field": "attributes.class_type"},
                        "values": listed("small", "regular", "regular+aide"),
                    },
                    {"feature": {"kind": "enrollment_info", "field": "sex"}, "values": listed("male", "female")},
                ]
            )
        ),
        "school_year": 2026,
        "census_date": "2026-05-01",
    }


@given(phrasings(), phrasings(), st.text(min_size=1, max_size=20))
def test_the_same_question_however_phrased_has_one_identifier(
    one: dict[str, Any], other: dict[str, Any], title: str
) -> None:
    common = {"epsilon": 1_000_000, "scope": "139998", "asked_by": "jp"}
    first = read_study({"question": one, "title": {"ja": title, "en": title}, **common})
    second = read_study({"question": other, "title": TITLE.model_dump(), **common})
    assert first.id == second.id
    assert first.question == second.question


def test_whatever_changes_what_is_revealed_changes_the_identifier() -> None:
    base = study(mean_question(), 1_000_000)
    terms = base.question.terms
    label = CLASS_TYPE.feature.label
    different = [
        study(mean_question(), 1_000_001),
        study(mean_question(), 1_000_000, backend="diffprivlib"),
        study(mean_question(), 1_000_000, scope="jp"),
        study(mean_question(), 1_000_000, asked_by="139998"),
        study(mean_question(terms=terms[:1]), 1_000_000),
        study(mean_question(terms=(terms[0].model_copy(update={"low": "100"}), terms[1])), 1_000_000),
        study(mean_question(step="2"), 1_000_000),
        study(mean_question(groups=()), 1_000_000),
        study(mean_question(census_date="2026-05-02"), 1_000_000),
        study(mean_question(where=(Condition(feature=CLASS_TYPE.feature, one_of=("small",)),)), 1_000_000),
        study(count_question(), 1_000_000),
        study(absence_question(), 1_000_000),
    ]
    assert len({base.id, *(other.id for other in different)}) == len(different) + 1
    assert study(mean_question(), 1_000_000, reference=Reference(key=label, value="small")).id == base.id


def test_identifiers_and_codebooks_stay_for_ever() -> None:
    known = [
        (mean_question(), "df934fb626a4723178f9ef7512f09de2", "61cb33d5f71a122a34031334b4024b6b"),
        (absence_question(), "03781a8c5fbd18324387ea70f471fcc4", "c01b491f175d2226d065a7d80f8e8bb2"),
        (count_question(), "fef9abfbec67616e8db426330f6b7039", "89b82298f72c9c17f7a3c1d219078e47"),
    ]
    for question, identifier, codebook in known:
        asked = study(question, 1_000_000)
        assert (asked.id[:32], compile_study(asked).codebook[:32]) == (identifier, codebook)


FORBIDDEN = {
    "official_family_name",
    "official_given_name",
    "preferred_family_name",
    "kana_family_name",
    "birth_date",
    "class_name",
    "admission_date",
    "reason_text",
    "text_comment",
    "test_name",
    "domain_name",
    "items",
    "source_record_id",
    "supersedes_id",
    "occurred_on",
    "attributes",
    "attributes.",
    "attributes.Class",
    "note",
    "author_ref",
    "text",
    "follow_up",
    "visited_at",
    "left_at",
    "symptom",
    "body_part",
    "treatment",
    "statement_id",
    "timestamp",
    "item_iri",
    "attempt_group_iri",
    "unit",
    "free_text",
    "comment",
    "overall_comment",
    "moral",
    "foreign_language_activity",
    "integrated_study_activity",
    "integrated_study_viewpoint",
    "integrated_study_evaluation",
    "special_activities_viewpoint",
    "attendance_remarks",
    "other",
    "__dict__",
    "model_fields",
}


@pytest.mark.parametrize(
    ("kind", "field"), sorted(itertools.product({kind.category for kind in KINDS.values()}, FORBIDDEN))
)
def test_no_question_reaches_a_name_a_remark_or_a_date(kind: Category, field: str) -> None:
    with pytest.raises(QuestionError):
        Feature(kind=kind, field=field)
    with pytest.raises(QuestionError):
        Feature(kind=kind, take="days", where=(Filter(field=field, one_of=("x",)),))


def test_a_kind_that_only_a_newer_program_has_cannot_be_asked_about_and_is_not_counted_as_nobody() -> None:
    for feature in ({"take": "days"}, {"field": "grade"}):
        with pytest.raises(QuestionError, match="kind_to_come is not a kind of record that this program knows"):
            Feature(kind=Category("kind_to_come"), **feature)


def test_every_field_is_either_askable_or_on_the_list_of_those_that_are_not() -> None:
    others = {"preferred_given_name", "kana_given_name", "transfer_in_date", "left_school_date", "transfer_out_date"}
    others |= {"graduation_date", "symptoms", "behaviour", "special_activities", "shared_with", "subjects"}
    others |= {"course_of_study_codes", "response", "author_role"}  # the last two are askable where they are choices
    refused = set()
    for kind in KINDS.values():
        if kind.category in list(Category):  # those of later kinds are held by the test below
            refused |= kind.model.model_fields.keys() - askable(kind)
    assert refused - FORBIDDEN == others


def askable(kind: RecordKind) -> set[str]:
    """The fields of a kind that a question may name."""
    found = set()
    for field in kind.model.model_fields:
        with suppress(QuestionError):
            Feature(kind=kind.category, field=field)
            found.add(field)
    return found


@pytest.mark.parametrize("schema", sorted(KINDS))
def test_nothing_written_freely_no_day_and_no_list_of_any_kind_is_askable(schema: str) -> None:
    for field in askable(KINDS[schema]):
        info = KINDS[schema].model.model_fields[field]
        alone: Any = Annotated[info.annotation, Field(), *info.metadata]
        one: TypeAdapter[Any] = TypeAdapter(alone)
        for never in ("x" * 65, date(2026, 5, 8), ("x",), {"x": "y"}):
            with pytest.raises(ValidationError):
                one.validate_python(never)


@pytest.mark.parametrize(
    "make",
    [
        lambda: count_question(census_date="2027-04-01"),
        lambda: count_question(census_date="2026-03-31"),
        lambda: count_question(step="1"),
        lambda: count_question(terms=mean_question().terms),
        lambda: mean_question(terms=()),
        lambda: mean_question(step=None),
        lambda: mean_question(terms=(mean_question().terms[0],) * 2),
        lambda: mean_question(groups=(CLASS_TYPE, CLASS_TYPE)),
        lambda: absence_question(condition=None),
        lambda: count_question(surprise=1),
        lambda: Term(feature=score("reading"), low=0.5, high=1),
        lambda: Term(feature=score("reading"), low=2, high=2),
        lambda: Term(feature=score("reading"), low="0", high="1e999999999"),
        lambda: Term(feature=score("reading"), low="0", high="1e-999999999"),
        lambda: Term(feature=score("reading"), low="0", high="NaN"),
        lambda: Term(feature=score("reading"), low="0", high="Infinity"),
        lambda: Term(feature=CLASS_TYPE.feature, low=0, high=1),
        lambda: Group(feature=CLASS_TYPE.feature, values=()),
        lambda: Group(feature=Feature(kind=Category.ENROLLMENT_INFO, field="sex"), values=("mail",)),
        lambda: Group(feature=Feature(kind=Category.ATTENDANCE, take="days"), values=("1",)),
        lambda: Condition(feature=score("reading")),
        lambda: Condition(feature=score("reading"), one_of=("1",), at_least="1"),
        lambda: Condition(feature=score("reading"), at_least="2", at_most="1"),
        lambda: Condition(feature=CLASS_TYPE.feature, at_least="2"),
        lambda: Feature(kind=Category.ATTENDANCE),
        lambda: Feature(kind=Category.ATTENDANCE, take="days", field="status"),
    ],
)
def test_a_question_that_means_nothing_is_refused(make: Any) -> None:
    with pytest.raises(ValidationError):
        make()


def test_a_refusal_from_outside_names_the_field_and_the_rule() -> None:
    document = study(mean_question()).model_dump(mode="json")
    document["question"]["terms"][0]["low"] = 0.5
    with pytest.raises(QuestionError, match=r"question\.terms\.0\.low: .*decimal text"):
        read_study(document)
    assert Question.model_validate_json(mean_question().model_dump_json()) == mean_question()
