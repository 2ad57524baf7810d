import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymiser import COUNT, Block, Bound, BoundError

Entries = list[tuple[int, int]]

students = st.lists(st.tuples(st.integers(-2, 12), st.integers(-300, 300)), max_size=8)
blocks = st.builds(
    Block,
    cells=st.integers(4, 10),
    bound=st.sampled_from([COUNT, Bound(low=0, high=100), Bound(low=-40, high=200, step=5, around=0)]),
    per_student=st.integers(1, 4),
)


@settings(deadline=None)
@given(blocks, st.lists(students, max_size=6), students)
def test_one_student_moves_the_vector_no_further_than_promised(
    block: Block, others: list[Entries], one: Entries
) -> None:
    moved = zip(block.totals([*others, one]), block.totals(others), strict=True)
    assert sum(abs(with_one - without) for with_one, without in moved) <= block.sensitivity


@settings(deadline=None)
@given(blocks)
def test_some_student_moves_the_vector_exactly_as_far_as_promised(block: Block) -> None:
    extreme = block.bound.low if -block.bound.lowest == block.bound.sensitivity else block.bound.high
    one = [(cell, extreme) for cell in range(block.cells)]
    assert sum(abs(total) for total in block.totals([one])) == block.sensitivity


@settings(deadline=None)
@given(blocks, st.lists(students, max_size=6))
def test_the_shape_of_the_answer_does_not_depend_on_the_students(block: Block, everyone: list[Entries]) -> None:
    assert len(block.totals(everyone)) == block.cells


def test_the_first_value_of_the_first_cells_is_kept() -> None:
    block = Block(cells=3, bound=Bound(low=0, high=10, around=0), per_student=2)
    assert block.encode([(1, 7), (1, 9), (99, 1), (0, 3), (2, 5)]) == {1: 7, 0: 3}


@pytest.mark.parametrize(("cells", "per_student"), [(0, 0), (3, 0), (3, 4), (-1, 1)])
def test_more_cells_per_student_than_there_are_is_refused(cells: int, per_student: int) -> None:
    with pytest.raises(BoundError):
        Block(cells=cells, bound=COUNT, per_student=per_student)
