"""Compile a study into a plan: a public codebook of cells, bounds, and the noise of each component.

Here:   what follows from the question alone. Never: data, a directory, a key: every node compiles the same plan.

The public split of ε. A mean or a proportion needs a noised count n and a noised centred sum s. With sensitivity S of
the sum and a mean that lies r steps from the centre, the error of s/n has variance proportional to
S²/ε_s² + r²/ε_n², which is least at ε_n : ε_s = r^(2/3) : S^(2/3). A quarter for the count is best for r = S/5, about
where real means lie between generous limits; from r = S/20 to r = S/2 its standard error is within 16 % of the best.
"""

import hashlib
import itertools
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from anonymiser import (
    COUNT,
    AnonymiserError,
    Block,
    Bound,
    DiscreteLaplace,
    MicroEpsilon,
    NoiseSum,
    divide,
    require_capacity,
)
from federation.errors import QuestionError
from federation.question import MOST_CELLS, Question, Term
from federation.study import Study, StudyId
from pds.crypto import canonical

FORMAT = "manabi-plan/1"
MECHANISM = "discrete_laplace"
MOST_STUDENTS = 2**27  # 134 million, more than live in Japan
MOST_SCHOOLS = 2**17  # 131,072, more than twice the schools and kindergartens of Japan; one draw of noise each
SPLIT = (1, 3)  # weights of count and sum; the module's first lines say why
YES_OR_NO = Bound(low=-1, high=1, around=0)  # a proportion as the mean of -1 and 1: half the error of 0 and 1


@dataclass(frozen=True, slots=True)
class Component:
    """One number per cell, with its bound and its noise.

    Attributes:
        name: "count" or "sum".
        block: What one student may add: one cell, within the bound.
        mechanism: The noise one school draws for one cell.
    """

    name: str
    block: Block
    mechanism: DiscreteLaplace

    def noise(self, copies: int) -> NoiseSum:
        """The noise in a sum of the answers of so many schools."""
        return self.mechanism.noise(copies)


@dataclass(frozen=True)
class Plan:
    """A compiled study.

    Attributes:
        groups: The cells' group values, in the order of the question's keys.
        components: Each has one number for each of `groups`; the vector is one component after the other.
        places: Decimal places by which values are scaled to whole numbers.
        clamps: The limits of each term, in scaled units.
    """

    study: Study
    groups: tuple[tuple[str, ...], ...]
    components: tuple[Component, ...]
    places: int
    clamps: tuple[Bound, ...]

    @cached_property
    def study_id(self) -> StudyId:
        """The study's identifier."""
        return self.study.id

    @property
    def question(self) -> Question:
        """What is asked."""
        return self.study.question

    @property
    def cells(self) -> int:
        """Length of the vector."""
        return len(self.components) * len(self.groups)

    @cached_property
    def cell_of(self) -> dict[tuple[str, ...], int]:
        """Where a pair of group values stands."""
        return {values: cell for cell, values in enumerate(self.groups)}

    @property
    def document(self) -> dict[str, Any]:
        """The codebook, of the format "manabi-plan/1": all that must be known to read a vector."""
        return {
            "format": FORMAT,
            "study": self.study_id,
            "encoder": self.question.model_dump(mode="json", exclude_none=True),
            "keys": [group.feature.label for group in self.question.groups],
            "groups": [list(values) for values in self.groups],
            "places": self.places,
            "components": [
                {
                    "name": component.name,
                    "low": str(component.block.bound.low),
                    "high": str(component.block.bound.high),
                    "step": str(component.block.bound.step),
                    "centre": str(component.block.bound.centre),
                    "sensitivity": str(component.mechanism.sensitivity),
                    "epsilon": component.mechanism.epsilon,
                    "mechanism": MECHANISM,
                    "backend": component.mechanism.backend.value,
                    "scale": str(component.mechanism.scale),
                }
                for component in self.components
            ],
        }

    @cached_property
    def codebook(self) -> str:
        """SHA-256 of the codebook's canonical form (RFC 8785), hex."""
        return hashlib.sha256(canonical(self.document)).hexdigest()


@lru_cache(maxsize=256)
def compile_study(study: Study) -> Plan:
    """Compile a study; the same study always gives the same plan.

    Raises:
        QuestionError: bounds, cells or noise do not fit together, or the reference is no group of the question.
    """
    question = study.question
    groups = tuple(itertools.product(*(group.values for group in question.groups)))
    if len(groups) > MOST_CELLS:
        raise QuestionError(f"{len(groups)} cells are more than {MOST_CELLS}; use shorter lists")
    if study.reference is not None and not any(
        group.feature.label == study.reference.key and study.reference.value in group.values
        for group in question.groups
    ):
        raise QuestionError(f"{study.reference.key} = {study.reference.value} is no group of this question")
    try:
        places, clamps, bounds = _bounds(question)
        components = _components(study, bounds, len(groups))
        for component in components:
            require_capacity(MOST_STUDENTS, component.block.bound, component.noise(MOST_SCHOOLS))
    except AnonymiserError as error:
        raise QuestionError(str(error)) from error
    return Plan(study, groups, components, places, clamps)


def _bounds(question: Question) -> tuple[int, tuple[Bound, ...], dict[str, Bound]]:
    """Decimal places, the clamps of the terms, and the bound of each component."""
    if question.measure == "count":
        return 0, (), {"count": COUNT}
    if question.measure == "proportion":
        return 0, (), {"count": COUNT, "sum": YES_OR_NO}
    step = question.step or "1"
    places = max(_places(text) for term in question.terms for text in (term.low, term.high, step))
    clamps = tuple(_clamp(term, places) for term in question.terms)
    low, high = sum(clamp.low for clamp in clamps), sum(clamp.high for clamp in clamps)
    return places, clamps, {"count": COUNT, "sum": Bound(low=low, high=high, step=_scaled(step, places))}


def _components(study: Study, bounds: dict[str, Bound], cells: int) -> tuple[Component, ...]:
    blocks = {name: Block(cells=cells, bound=bound) for name, bound in bounds.items()}
    return tuple(
        Component(
            name,
            block,
            DiscreteLaplace(sensitivity=block.sensitivity, epsilon=epsilon, backend=study.backend),
        )
        for (name, block), epsilon in zip(blocks.items(), split(study.cost, len(blocks)), strict=True)
    )


def split(cost: MicroEpsilon, parts: int) -> list[MicroEpsilon]:
    """Divide a study's cost among its components; the parts sum to it exactly, what rounding leaves goes to the sum."""
    if parts == 1:
        return [cost]
    count, _ = divide(cost, SPLIT)
    return [count, MicroEpsilon(cost - count)]


def _clamp(term: Term, places: int) -> Bound:
    return Bound(low=_scaled(term.low, places), high=_scaled(term.high, places))


def _scaled(text: str, places: int) -> int:
    return int(Decimal(text).scaleb(places))


def _places(text: str) -> int:
    return len(text.partition(".")[2])
