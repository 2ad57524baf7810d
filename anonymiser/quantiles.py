"""How far a combination of noises reaches with a given probability, from its exact distribution.

Here:   the half width c with P(|Z| ≤ c) ≥ level for Z = Σ aⱼ·(sum of mⱼ discrete Laplace draws of scale sⱼ).
Never:  released values (only what is known before any release), normal approximations.

Two inversions of the characteristic function. Whole-number coefficients whose sum fits 2**17 points: the lattice of Z
itself, one FFT, exact but for `_SLACK_LATTICE`. All else: Z + V, where V is a small bounded smoothing variable whose
transform decays fast (a sum of 12 uniforms, |V| ≤ h). {|Z + V| ≤ c} lies inside {|Z| ≤ c + h}, so that the result is
too wide, by at most two h, and never too narrow. h is about 0.4 % of the standard deviation for a single draw.

Source: Abate and Whitt, "The Fourier-series method for inverting transforms" (1992), sections 4 and 5, for the series
and its wrapping error; the tail outside one period is bounded by Chernoff's inequality, closed form here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from anonymiser.discrete_laplace import NoiseSum
from anonymiser.errors import DistributionError

Floats: TypeAlias = npt.NDArray[np.float64]

MIN_LEVEL, MAX_LEVEL = 0.5, 0.9999

_LATTICE_POINTS = 2**17
_TAIL_LATTICE = 1e-11  # mass that may wrap around the period
_SLACK_LATTICE = 1e-10  # the wrapped mass, and rounding of the FFT (about 1e-12)
_WAVES = 2**15
_UNIFORMS = 12
_TAIL_SMOOTH = 1e-6  # mass that may wrap around the period
_CUT_SMOOTH = 1e-6  # what the waves left out may add up to
_SLACK_SMOOTH = _TAIL_SMOOTH + _CUT_SMOOTH + 1e-9  # both, and rounding of the FFT


@dataclass(frozen=True, slots=True)
class NoiseTerm:
    """One noise in a linear combination.

    Args:
        coefficient: What the noise is multiplied by; a whole number given as `int` is treated as exact.
        noise: The noise, in steps.

    Raises:
        DistributionError: The coefficient is not finite.
    """

    coefficient: int | float
    noise: NoiseSum

    def __post_init__(self) -> None:
        if not math.isfinite(self.coefficient):
            raise DistributionError(f"a coefficient is a finite number, not {self.coefficient}")


def check_level(level: float) -> float:
    """Return the level of confidence if it is from 0.5 to 0.9999.

    Raises:
        DistributionError: It is not.
    """
    if not MIN_LEVEL <= level <= MAX_LEVEL:
        raise DistributionError(f"a level of confidence is from {MIN_LEVEL} to {MAX_LEVEL}, not {level}")
    return level


def half_width(terms: Sequence[NoiseTerm], level: float = 0.95) -> float:
    """Smallest c, rounded up as the module says, with P(|Z| ≤ c) ≥ level. A whole number if all coefficients are.

    Takes a few milliseconds the first time; repeated questions are remembered.

    Args:
        terms: The combination; terms with coefficient 0 do not count, and no terms give 0.
        level: From 0.5 to 0.9999.

    Raises:
        DistributionError: The level is out of range.
    """
    check_level(level)
    present = tuple(term for term in terms if term.coefficient)
    if not present:
        return 0.0
    if not all(isinstance(term.coefficient, int) for term in present):
        return _smooth(present, level)
    unit = math.gcd(*(int(term.coefficient) for term in present))
    reduced = tuple(NoiseTerm(int(term.coefficient) // unit, term.noise) for term in present)
    return unit * _whole(reduced, level)


@lru_cache(maxsize=4096)
def _whole(terms: tuple[NoiseTerm, ...], level: float) -> int:
    reach = math.ceil(_reach(terms, _TAIL_LATTICE))
    if 2 * reach + 1 > _LATTICE_POINTS:
        return math.floor(_smooth(terms, level))  # Z is whole, so P(|Z| ≤ x) = P(|Z| ≤ floor(x))
    points = 2 ** (2 * reach).bit_length()
    waves = _transform(terms, np.arange(points // 2 + 1) * (2 * math.pi / points))
    masses = np.fft.irfft(waves, points)
    within = masses[0] + 2 * np.concatenate(([0.0], np.cumsum(masses[1 : points // 2])))
    return int(np.argmax(within >= level + _SLACK_LATTICE))


@lru_cache(maxsize=1)
def _smoothing() -> tuple[float, Floats]:
    """Give h as a part of half the period, and the transform of V at each wave, divided by the wave's number.

    The waves left out add up to at most (2/π)·r**-p/p for p uniforms and r = π·part·(number of waves)/p.
    """
    last: float = (2 / (math.pi * _UNIFORMS * _CUT_SMOOTH)) ** (1 / _UNIFORMS) * _UNIFORMS
    part = last / (math.pi * _WAVES)
    number = np.arange(1, _WAVES + 1, dtype=np.float64)
    return part, np.asarray(np.sinc(number * (part / _UNIFORMS)) ** _UNIFORMS / number, dtype=np.float64)


@lru_cache(maxsize=4096)
def _smooth(terms: tuple[NoiseTerm, ...], level: float) -> float:
    part, damping = _smoothing()
    half_period = _reach(terms, _TAIL_SMOOTH) / (1 - part)
    frequency = np.arange(1, _WAVES + 1, dtype=np.float64) * (math.pi / half_period)
    waves = np.zeros(4 * _WAVES)
    waves[1 : _WAVES + 1] = _transform(terms, frequency) * damping
    sines = -np.fft.rfft(waves).imag  # at c = k·half_period/(2·_WAVES)
    part_of_period = np.arange(sines.size) / (sines.size - 1)
    within = part_of_period + (2 / math.pi) * sines
    return float(part_of_period[np.argmax(within >= level + _SLACK_SMOOTH)] + part) * half_period


def _transform(terms: tuple[NoiseTerm, ...], frequency: Floats) -> Floats:
    """E[exp(i·t·Z)] = Π (1 + sin²(aⱼt/2)/sinh²(1/2sⱼ))**-mⱼ, the closed form without cancellation; real, positive."""
    log = np.zeros_like(frequency)
    for term in terms:
        wave = np.sin(frequency * (float(term.coefficient) / 2)) / math.sinh(1 / (2 * term.noise.scale))
        log -= term.noise.copies * np.log1p(wave * wave)
    return np.asarray(np.exp(log), dtype=np.float64)


def _reach(terms: tuple[NoiseTerm, ...], probability: float) -> float:
    """Some y with P(|Z| > y) ≤ probability: the least of Chernoff's bounds (ln(2/p) + ln E[exp(θZ)])/θ on a grid."""
    rates = np.asarray([abs(float(term.coefficient)) * float(term.noise.scale) for term in terms])
    theta = np.geomspace(1e-6, 0.999, 2000) / rates.max()
    log = np.zeros_like(theta)
    for term, rate in zip(terms, rates, strict=True):
        ratio = np.sinh(theta * (rate / float(2 * term.noise.scale))) / math.sinh(1 / (2 * term.noise.scale))
        log -= term.noise.copies * np.log1p(-(ratio * ratio))
    return float(np.min((math.log(2 / probability) + log) / theta))
