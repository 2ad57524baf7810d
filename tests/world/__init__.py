"""A simulated prefecture: nation, municipality and schools on real nodes, with real keys, files and a movable clock.

It goes through public interfaces only. Never: a mock, a back door into a vault.
"""

from tests.world.prefecture import MovableClock, Prefecture, School, score_record

__all__ = ["MovableClock", "Prefecture", "School", "score_record"]
