"""Where a transfer stands: both schools and the family read the same table, and it only goes forward."""

from datetime import date
from itertools import pairwise

import pytest

from pds.errors import RefusedError
from pds.transfer import Side, Stage, State, Transfer

SENDS = (State.ANNOUNCED, State.ACCEPTED, State.SENT, State.CLOSED)
RECEIVES = (State.OFFERED, State.ACCEPTED, State.QUARANTINED, State.COMMITTED)
DAY = date(2026, 5, 11)


def transfer(state: State, side: Side = "sender", accepted_on: date | None = None) -> Transfer:
    return Transfer(transfer="t", side=side, state=state, origin="A", destination="B", accepted_on=accepted_on)


@pytest.mark.parametrize(("side", "states"), [("sender", SENDS), ("receiver", RECEIVES)])
def test_each_side_goes_through_the_same_stages(side: Side, states: tuple[State, ...]) -> None:
    assert [transfer(state, side).stage for state in states] == list(Stage)
    for before, after in pairwise(states):
        assert transfer(before, side).moved(after).state is after
        with pytest.raises(RefusedError):
            transfer(after, side).moved(before)


@pytest.mark.parametrize("states", [SENDS, RECEIVES])
def test_one_stage_is_next_until_the_move_is_over(states: tuple[State, ...]) -> None:
    for place, state in enumerate(states):
        known = transfer(state)
        marks = [known.progress(stage) for stage in Stage]
        assert marks == ["done"] * (place + 1) + (["now"] + ["todo"] * (2 - place) if place < 3 else [])
        assert known.is_over == (place == 3) == known.has_arrived
        assert known.is_sealed == (place >= 2)


@pytest.mark.parametrize("state", [s for s in State if s not in (State.CLOSED, State.COMMITTED, State.REFUSED)])
def test_whatever_is_under_way_can_be_refused_and_then_nothing_more_happens(state: State) -> None:
    refused = transfer(state, accepted_on=DAY).moved(State.REFUSED)
    assert refused.is_over
    assert not refused.is_sealed
    assert [refused.progress(stage) for stage in Stage] == ["done", "done", "todo", "todo"]
    assert transfer(State.REFUSED).stage is Stage.OFFERED
    for other in State:
        with pytest.raises(RefusedError):
            refused.moved(other)
