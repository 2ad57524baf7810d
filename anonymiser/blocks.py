"""Write students into cells so that the sensitivity of the whole vector is known.

Here:   at most so many cells per student, each within its bound, and the sum over students.
Never:  noise, the meaning of a cell, who the students are, an error about a student.

Source: Wilson et al., "Differentially Private SQL with Bounded User Contribution" (PoPETs 2020), section 3.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from anonymiser.bounds import Bound, Value
from anonymiser.errors import BoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Cells of one kind, and how many of them one student may touch. All of it public.

    Args:
        cells: Number of cells, at least 1, whether or not anybody falls into them.
        bound: What one student may add to one cell.
        per_student: Cells one student may touch, from 1 to `cells`.

    Raises:
        BoundError: A number is out of range.
    """

    cells: int
    bound: Bound
    per_student: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.per_student <= self.cells:
            raise BoundError(f"per_student is {self.per_student}, must be from 1 to the {self.cells} cells")

    @property
    def sensitivity(self) -> int:
        """Most that one student, added or removed, moves the vector of totals: L1 distance, in steps."""
        return self.per_student * self.bound.sensitivity

    def encode(self, entries: Iterable[tuple[int, Value]]) -> dict[int, int]:
        """One student's part of the vector, by cell.

        The first `per_student` different cells are kept, and the first value of each. Cells outside the block are
        dropped in silence. What is kept depends on this student alone.

        Args:
            entries: Pairs of cell (from 0) and value (in the unit of the bound), in an order fixed by the caller.
        """
        kept: dict[int, int] = {}
        for cell, value in entries:
            if 0 <= cell < self.cells and cell not in kept and len(kept) < self.per_student:
                kept[cell] = self.bound.quantise(value)
        return kept

    def totals(self, students: Iterable[Iterable[tuple[int, Value]]]) -> list[int]:
        """The sum of all students' parts, one integer per cell, in steps. Not private until noise is added."""
        sums = [0] * self.cells
        for entries in students:
            for cell, steps in self.encode(entries).items():
                sums[cell] += steps
        return sums
