"""Pure readings of opened records. Never: a permit, a vault, a rank or a score."""

from consent.insights.board import Chair, by_day, make_board, moods_by_day, status_of

__all__ = [
    "Chair",
    "by_day",
    "make_board",
    "moods_by_day",
    "status_of",
]
