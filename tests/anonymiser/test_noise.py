import math
from fractions import Fraction
from typing import Any

import numpy as np
import opendp.prelude as dp
import pytest
from diffprivlib.mechanisms import Geometric
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from anonymiser import (
    ONE_EPSILON,
    Backend,
    BackendError,
    BackendLimitError,
    BoundError,
    CapacityError,
    CostError,
    DiscreteLaplace,
    DistributionError,
    MicroEpsilon,
    NoiseSum,
    exact,
    read_epsilon,
)
from anonymiser.noise import diffprivlib_backend, opendp_backend
from tests.anonymiser.statistics import FALSE_ALARM, chi_square_p

BOTH = pytest.mark.parametrize("backend", list(Backend))


@BOTH
@pytest.mark.parametrize(
    ("sensitivity", "epsilon", "draws", "width"),
    [(1, "0.5", 40_000, 1), (3, "4", 40_000, 1), (50, "0.025", 40_000, 97), (60_000, "1", 40_000, 2_011)],
)
def test_draws_follow_the_exact_mass_function(
    backend: Backend, sensitivity: int, epsilon: str, draws: int, width: int
) -> None:
    # False alarm: one in a million for each of the eight cases.
    mechanism = DiscreteLaplace(sensitivity=sensitivity, epsilon=read_epsilon(epsilon), backend=backend)
    assert chi_square_p(mechanism.draw(draws), mechanism.scale, width=width) > FALSE_ALARM


def test_the_chi_square_test_notices_a_scale_that_is_ten_percent_off() -> None:
    drawn = DiscreteLaplace(sensitivity=100, epsilon=read_epsilon("1")).draw(40_000)
    assert chi_square_p(drawn, Fraction(110), width=50) <= FALSE_ALARM
    assert chi_square_p([abs(x) for x in drawn], Fraction(100), width=50) <= FALSE_ALARM


@BOTH
def test_neighbouring_cells_get_independent_noise(backend: Backend) -> None:
    # The mean of the signs' products has standard deviation at most 1/√20000; 4.9 of them, one in a million.
    drawn = DiscreteLaplace(sensitivity=100, epsilon=ONE_EPSILON, backend=backend).draw(40_000)
    products = [np.sign(one) * np.sign(other) for one, other in zip(drawn[::2], drawn[1::2], strict=True)]
    assert abs(np.mean(products)) < 4.9 / math.sqrt(len(products))


@BOTH
def test_two_draws_differ(backend: Backend) -> None:
    mechanism = DiscreteLaplace(sensitivity=1000, epsilon=ONE_EPSILON, backend=backend)
    assert mechanism.draw(20) != mechanism.draw(20)  # equal by chance with probability below 2000**-20


@given(st.integers(1, 2**40), st.integers(1, 100_000_000).map(MicroEpsilon))
@settings(max_examples=300, deadline=None)
def test_opendp_itself_reports_no_more_than_the_declared_cost(sensitivity: int, epsilon: MicroEpsilon) -> None:
    assume(sensitivity / exact(epsilon) < 2**55)
    cost = opendp_backend.cost(sensitivity, epsilon)
    assert cost <= exact(epsilon)
    assert cost > exact(epsilon) * (1 - Fraction(1, 2**48))  # and the noise is no larger than it must be


def test_a_cost_map_that_stays_too_high_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opendp_backend, "_MOST_STEPS", 0)
    with pytest.raises(BackendError):
        DiscreteLaplace(sensitivity=1, epsilon=ONE_EPSILON).draw(1)


def test_what_opendp_refuses_is_our_error() -> None:
    with pytest.raises(BackendError, match="made no mechanism"):
        opendp_backend.cost(-1, ONE_EPSILON)


def test_what_diffprivlib_refuses_is_our_error() -> None:
    with pytest.raises(BackendError, match="refused"):
        diffprivlib_backend.draw(-1, ONE_EPSILON, 1)


def test_when_opendp_draws_nothing_it_is_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_zeros: list[int]) -> list[int]:
        raise dp.OpenDPException("FailedFunction", "no entropy", "")

    monkeypatch.setattr(opendp_backend, "_measurement", lambda *_: (failing, Fraction(1)))
    with pytest.raises(BackendError, match="drew no noise"):
        DiscreteLaplace(sensitivity=1, epsilon=ONE_EPSILON).draw(1)


def test_the_uniform_draw_of_zero_is_repeated_without_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    uniform = iter([0.5, 0.5, 0.25])  # diffprivlib takes the logarithm of |u - 1/2|·(1+q)

    class Source:
        def random(self) -> float:
            return next(uniform)

    def made(**parameters: Any) -> Geometric:
        mechanism = Geometric(**parameters)
        mechanism._rng = Source()
        return mechanism

    monkeypatch.setattr("diffprivlib.mechanisms.Geometric", made)
    assert len(diffprivlib_backend.draw(1, ONE_EPSILON, 1)) == 1
    assert next(uniform, None) is None


def test_diffprivlib_is_never_asked_to_cost_more_than_declared() -> None:
    for millionths in range(1, 3000, 7):
        used = Fraction(diffprivlib_backend._rounded_down(MicroEpsilon(millionths)))
        assert 0 <= exact(MicroEpsilon(millionths)) - used < Fraction(millionths, 2**52 * 500_000)


def test_diffprivlib_is_refused_where_its_grid_is_too_coarse() -> None:
    DiscreteLaplace(sensitivity=2**16, epsilon=ONE_EPSILON, backend=Backend.DIFFPRIVLIB)
    with pytest.raises(BackendLimitError):
        DiscreteLaplace(sensitivity=2**16 + 1, epsilon=ONE_EPSILON, backend=Backend.DIFFPRIVLIB)


def test_the_delta_of_diffprivlib_stands_on_the_receipt_and_opendp_has_none() -> None:
    coarse = DiscreteLaplace(sensitivity=2**16, epsilon=ONE_EPSILON, backend=Backend.DIFFPRIVLIB)
    fine = DiscreteLaplace(sensitivity=1, epsilon=ONE_EPSILON, backend=Backend.DIFFPRIVLIB)
    assert 2.0**-53 < fine.delta(1) < 1e-13
    assert fine.delta(1) < coarse.delta(1) < 1e-8
    assert coarse.delta(5) == pytest.approx(5 * coarse.delta(1))
    assert DiscreteLaplace(sensitivity=2**16, epsilon=ONE_EPSILON).delta(5) == 0.0
    with pytest.raises(DistributionError):
        fine.delta(0)


def test_the_largest_draw_of_diffprivlib_is_where_the_receipt_says_the_tail_is_cut() -> None:
    mechanism = Geometric(epsilon=1.0, sensitivity=1000)
    smallest = 2.0**-53 * (1 + math.exp(-1 / 1000))  # the smallest number its uniform draw can become
    assert 36 < math.log(smallest) / mechanism._scale / 1000 < 37


def test_the_scale_is_exact() -> None:
    mechanism = DiscreteLaplace(sensitivity=7, epsilon=MicroEpsilon(300_000))
    assert mechanism.scale == Fraction(70, 3)
    assert mechanism.noise(2) == NoiseSum(Fraction(70, 3), 2)


@BOTH
def test_no_cells_get_no_noise_and_fewer_are_refused(backend: Backend) -> None:
    mechanism = DiscreteLaplace(sensitivity=1, epsilon=ONE_EPSILON, backend=backend)
    assert mechanism.draw(0) == []
    assert [type(x) for x in mechanism.draw(3)] == [int, int, int]
    with pytest.raises(DistributionError):
        mechanism.draw(-1)


@pytest.mark.parametrize(
    ("sensitivity", "millionths", "error"),
    [
        (0, 1_000_000, BoundError),
        (2**62 + 1, 1_000_000, BoundError),
        (1, 0, CostError),
        (1, 100_000_001, CostError),
        (2**57, 1_000_000, CapacityError),
        (2**62, 1, CapacityError),
    ],
)
def test_a_mechanism_that_cannot_keep_its_promise_is_not_made(
    sensitivity: int, millionths: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        DiscreteLaplace(sensitivity=sensitivity, epsilon=MicroEpsilon(millionths))


@pytest.mark.parametrize("scale", [2**40, 2**56])
def test_opendp_draws_noise_of_every_allowed_size_without_saturating(scale: int) -> None:
    drawn = DiscreteLaplace(sensitivity=scale, epsilon=ONE_EPSILON).draw(1000)
    assert max(map(abs, drawn)) < 2**62  # false alarm: below 1000·2**-64
    # E|X|/scale is 1, its standard deviation over 1000 draws is 0.032; 0.2 is more than six of them.
    assert abs(np.mean([abs(x) / scale for x in drawn]) - 1) < 0.2
