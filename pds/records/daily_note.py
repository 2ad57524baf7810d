"""日常所見情報: what a teacher noticed (education-data section 2.3, kind 4). Never: the name of that teacher."""

from typing import Annotated, Literal

from pydantic import Field

from pds.records.base import AuthorRole, Category, LongText, Name, Record, RecordKind, Travel


class DailyNote(Record):
    """A teacher's note. Its text may speak of other children, so it is never released by itself.

    `author_ref` is a staff pseudonym; it is longer than a code may be, so that no study can ask for it.
    """

    author_role: AuthorRole = "homeroom_teacher"
    author_ref: Annotated[str, Field(min_length=1, max_length=200)]
    category: Literal["learning", "life", "home", "good_point", "attention_item", "guidance"]
    share_scope: Literal["author", "homeroom", "grade", "school", "case_team"]
    text: Annotated[LongText, Field(min_length=1)]
    follow_up: LongText | None = None


# The reference lets it travel "with consent, after review". Nobody can review it here yet, and the family that would
# consent may not read it: so its keys stay behind.
KIND = RecordKind("daily_note/1", Category.DAILY_NOTE, DailyNote, Travel.NEVER, Name("先生のメモ", "Teachers’ notes"))
