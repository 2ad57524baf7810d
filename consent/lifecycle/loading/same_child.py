"""The question whether a row is a known child: its words, and what its answer rests on. Never: whom it is about."""

from collections.abc import Iterator

from consent.lifecycle.loading.gathered import Gathered, rows_of
from pds.identifiers import VaultId
from pds.intake import Batch, CellPlace, IncomingRecord, OfficeQuestion, QuestionCode
from pds.people import Seat

_BECAUSE = {  # why a child is proposed: Japanese, English
    "both": ("氏名と生年月日が同じです", "have the same name and birth date"),
    "number": ("前に同じ番号でした", "had the same number in an earlier file set"),
    "given up": ("前に同じ番号でした(その番号は終わっています)", "had the same number until its last day"),
    "born": ("番号は同じですが、生年月日がちがいます", "have the same number and another birth date"),
    "name": ("番号は同じですが、氏名がちがいます", "have the same number and another name"),
    "renumbered": ("ほかの番号がいまもあります", "have another number of this numbering"),
    "twice": ("氏名と生年月日が同じ行が、もう一つあります", "(in another row) have the same name and birth date"),
}


def question(  # noqa: PLR0917  # what is asked, and how it is said
    batch: Batch,
    student: Gathered,
    vault: VaultId | None,
    because: str = "both",
    seat: Seat | None = None,
    more: tuple[str, ...] = (),
) -> OfficeQuestion:
    """Ask whether a row is a known child.

    The answer rests on who is proposed and on the row: its numbers, name, birth date and school years. Where name or
    birth date is missing, on all that these very rows say: a number alone says nothing about the next file set.
    """
    ja, en = _BECAUSE[because]
    local, seen = next(iter(student.ids)), student.traits
    place = student.ids[local]
    rows = () if seen.name and seen.born else tuple(_all_said(student))
    return OfficeQuestion(
        QuestionCode.SAME_CHILD,
        CellPlace(place.file, place.row, local.column),
        f"{_seat_ja(seat)}{ja}。同じ子ですか。",
        f"{_seat_en(seat)} {en}. Is it the same child?",
        (
            batch.source_system,
            *map(str, student.years),
            *(f"{one.scheme}={one.value}" for one in student.ids),
            seen.name or "",
            str(seen.born),
            vault or "",
            *more,
            *rows,
        ),
    )


def _all_said(student: Gathered) -> Iterator[str]:
    for row in rows_of(student):
        yield f"{row.source.file}:{row.source.row}"
        if isinstance(row, IncomingRecord):
            yield row.record.model_dump_json()


def _seat_ja(seat: Seat | None) -> str:
    if seat is None:
        return "この行の子と、"
    number = "" if seat.attendance_number is None else f" {seat.attendance_number}番"
    return f"この行の子と、{seat.school_year}年度 {seat.class_name or seat.grade or ''}{number}の子は、"


def _seat_en(seat: Seat | None) -> str:
    if seat is None:
        return "The child of this row and another"
    number = "" if seat.attendance_number is None else f" no. {seat.attendance_number}"
    return f"The child of this row and that of {seat.school_year} {seat.class_name or seat.grade or ''}{number}"
