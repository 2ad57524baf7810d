"""テスト結果: one test of one student (education-data section 2.3, kind 7). Never: a class average of a small class."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pds.records.base import Category, Code, Name, Record, RecordKind, ShortText, Travel

Score = Annotated[Decimal, Field(ge=0, le=1_000_000, max_digits=12, decimal_places=4)]


class Item(BaseModel):
    """One question of the test."""

    model_config = ConfigDict(extra="allow", frozen=True)

    no: Annotated[str, Field(min_length=1, max_length=20)]
    result: Literal["correct", "partial", "wrong", "blank"]
    score: Score | None = None
    seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None


class TestResult(Record):
    """A score with its maximum, or one on a published scale (`min_score` to `max_score`)."""

    __test__ = False  # the name begins with "Test"; pytest must not collect it

    test_id: Code
    test_name: ShortText
    test_kind: Literal["unit", "term_end", "national", "prefectural", "municipal"]
    subject_code: Code
    domain_name: ShortText | None = None
    raw_score: Score
    min_score: Score = Decimal(0)
    max_score: Score
    items: tuple[Item, ...] = ()

    @model_validator(mode="after")
    def _score_is_on_its_scale(self) -> Self:
        if not self.min_score <= self.raw_score <= self.max_score:
            raise ValueError("raw_score lies outside min_score to max_score")
        return self


KIND = RecordKind("test_result/1", Category.TEST_RESULT, TestResult, Travel.CONSENTED, Name("テスト", "Tests"))
