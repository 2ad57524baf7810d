"""ふり返り・ポートフォリオ: a student on a lesson or a work (education-data section 2.3, kind 14).

Never: the media themselves, which are too large for a record and need a seal of their own.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pds.records.base import Category, Code, LongText, Name, Record, RecordKind, ShortText, Travel, each_once

Audience = Literal["guardian", "classmates"]


class Reflection(Record):
    """What a student wrote; `occurred_on` is the day it was created on, `self_rating` goes from 1 to 4 (best).

    `shared_with` keeps the student's wish; as long as doors open whole categories, nobody is let in by it.
    """

    author_role: Literal["student"] = "student"
    lesson_id: Code | None = None
    unit: ShortText | None = None
    subject_code: Code | None = None
    text: LongText | None = None
    self_rating: Annotated[int, Field(ge=1, le=4)] | None = None
    item_kind: Literal["note_photo", "work_photo", "skill_video", "worksheet"] | None = None
    shared_with: Annotated[tuple[Audience, ...], AfterValidator(each_once)] = ()


KIND = RecordKind(
    "reflection/1", Category.REFLECTION, Reflection, Travel.CONSENTED, Name("自分の記録", "My own records")
)
