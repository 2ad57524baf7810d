"""The answer envelope, format "manabi-answer/1": a noised vector, its noise, and which schools are in it.

Here:   making and verifying one. Never: a count of students, a pseudonym, an identifier of a person, a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from federation import vectors
from federation.documents import open_document
from federation.errors import EnvelopeError
from federation.plan import MECHANISM, Plan
from federation.study import schools_of, takes_part
from pds.crypto import DocumentType
from pds.identifiers import OrgId
from pds.node import Node


class Noise(BaseModel):
    """The noise in every cell of one component: so many independent draws, summed.

    Attributes:
        scale: Of each draw, in steps, as an exact fraction such as "2400/3".
        copies: Draws in the sum; in mode "local" one for each school of the roster.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    component: str
    mechanism: str
    backend: str
    scale: str
    copies: Annotated[int, Field(ge=1)]


class Answer(BaseModel):
    """What a school or a tier above it answers.

    Attributes:
        study: The study's identifier.
        codebook: SHA-256 of the plan by which the vector was made, hex.
        org: Who signs.
        vector: Little-endian signed 64-bit integers in base64url.
        roster: The schools whose answers are in the sum, sorted; public, because the directory is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["manabi-answer/1"] = "manabi-answer/1"
    study: str
    codebook: str
    org: OrgId
    school_year: int
    vector: str
    noise: tuple[Noise, ...]
    roster: Annotated[tuple[OrgId, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Sum:
    """A verified answer, ready to be added: its noised cells and the schools in it."""

    cells: list[int]
    roster: tuple[OrgId, ...]


def sign_answer(node: Node, plan: Plan, organisation: OrgId, total: Sum) -> str:
    """Sign an answer as an organisation of this node.

    Args:
        node: The node that keeps the organisation's keys.
        plan: The compiled study.
        organisation: Who signs.
        total: Noised cells and roster.
    """
    roster = tuple(sorted(total.roster))
    answer = Answer(
        study=plan.study_id,
        codebook=plan.codebook,
        org=organisation,
        school_year=plan.question.school_year,
        vector=vectors.encode(total.cells),
        noise=noise_of(plan, len(roster)),
        roster=roster,
    )
    return node.keyring.secret(organisation).sign(DocumentType.ANSWER, answer.model_dump(mode="json"))


def noise_of(plan: Plan, schools: int) -> tuple[Noise, ...]:
    """The noise in a sum of so many schools' answers."""
    return tuple(
        Noise(
            component=component.name,
            mechanism=MECHANISM,
            backend=component.mechanism.backend.value,
            scale=str(component.mechanism.scale),
            copies=schools,
        )
        for component in plan.components
    )


def verify_answer(node: Node, plan: Plan, organisation: str, token: str) -> Sum:
    """Check an answer against the study as this node compiled it.

    Args:
        node: Where it is received; its directory says who stands where.
        plan: The compiled study.
        organisation: Who is to have signed it.
        token: The signed answer.

    Raises:
        EnvelopeError: an altered byte, another signer, study, codebook, year or noise, or a roster that names a
            school twice, out of order, or outside the signer's part of the scope.
        VectorError: the vector is malformed.
    """
    signer, answer = open_document(node, token, DocumentType.ANSWER, Answer)
    if signer != organisation or answer.org != organisation:
        raise EnvelopeError("the answer is signed by another organisation than the one it is expected from")
    if not takes_part(plan.study, node.directory, organisation):
        raise EnvelopeError("the answer comes from an organisation that has no part in this study")
    if (answer.study, answer.school_year) != (plan.study_id, plan.question.school_year):
        raise EnvelopeError("the answer is to another study")
    if answer.codebook != plan.codebook:
        raise EnvelopeError("the answer was made by another codebook than the one this node compiles")
    _check_roster(answer.roster, schools_of(plan.study, node.directory, organisation))
    if answer.noise != noise_of(plan, len(answer.roster)):
        raise EnvelopeError("the answer describes another noise than the study prescribes")
    return Sum(vectors.decode(answer.vector, plan.cells), answer.roster)


def _check_roster(roster: Sequence[OrgId], allowed: Sequence[OrgId]) -> None:
    if list(roster) != sorted(set(roster)):
        raise EnvelopeError("the roster names a school twice, or is not in order")
    if not set(roster) <= set(allowed):
        raise EnvelopeError("the roster names a school outside the signer's part of the scope")
