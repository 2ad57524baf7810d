"""A study: a question with its cost, its scope and who asks, under one identifier.

Here:   the identifier, the signed announcement, who has a part in it.
Never:  data, noise, a draft's authors: staff are named in the register of the tier that asks, nowhere else.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from anonymiser import MAX_COST, Backend, MicroEpsilon
from federation.errors import QuestionError
from federation.question import Question, Text
from pds.crypto import canonical
from pds.identifiers import OrgId
from pds.node import Directory
from pds.records import describe

StudyId = str  # SHA-256, hex


class Title(BaseModel):
    """What people read; it is no part of the question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ja: Annotated[str, Field(min_length=1, max_length=200)]
    en: Annotated[str, Field(min_length=1, max_length=200)]


class Reference(BaseModel):
    """The group that the others are compared with: one value of one group key. It is no part of the question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    value: Text


class Study(BaseModel):
    """A question that an organisation puts to a subtree of the directory.

    Attributes:
        epsilon: What it costs each student who is counted, in micro-ε (1,000,000 is ε = 1).
        mode: "local": each school adds its own noise.
        backend: Which library draws.
        scope: The organisation whose schools answer.
        asked_by: Who asks and releases: the scope, or an organisation above it.
        reference: For differences; needs a group key of that label (`Feature.label`) with that value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Question
    title: Title
    epsilon: Annotated[int, Field(ge=4, le=MAX_COST)]
    mode: Literal["local"] = "local"
    backend: Backend = Backend.OPENDP
    scope: OrgId
    asked_by: OrgId
    reference: Reference | None = None

    @property
    def id(self) -> StudyId:
        """SHA-256 over everything that decides what is revealed, and to whom: not over titles or the reference.

        ε is part of it: asking again at another ε reveals more, so it is another study and another charge.
        """
        document = self.model_dump(mode="json", exclude_none=True, exclude={"title", "reference"})
        return hashlib.sha256(canonical({"format": "manabi-question/1", **document})).hexdigest()

    @property
    def cost(self) -> MicroEpsilon:
        """What it costs each student who is counted."""
        return MicroEpsilon(self.epsilon)


class Announcement(BaseModel):
    """The signed document that schools answer and families read, of the format "manabi-study/1".

    Attributes:
        codebook: SHA-256 of the plan, hex; every node compiles the study itself and compares.
        published_on: The day of approval, in Japan.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["manabi-study/1"] = "manabi-study/1"
    study: Study
    codebook: str
    published_on: date


def read_study(document: Mapping[str, Any]) -> Study:
    """Read a study from outside: a file, a form.

    Raises:
        QuestionError: it means nothing; the message names fields and rules.
    """
    try:
        return Study.model_validate(document)
    except ValidationError as error:
        raise QuestionError(describe(error)) from None


def takes_part(study: Study, directory: Directory, organisation: str) -> bool:
    """True for the organisations in the scope, and for those between it and whoever asks."""
    if organisation not in directory.entries:
        return False
    path = directory.path(organisation)
    return study.asked_by in path and (study.scope in path or organisation in directory.path(study.scope))


def answering_below(study: Study, directory: Directory, organisation: str) -> list[OrgId]:
    """The organisations directly below that have a part in the study and schools to answer, in a fixed order."""
    below = directory.below(organisation)
    return [org for org in below if takes_part(study, directory, org) and schools_of(study, directory, org)]


def schools_of(study: Study, directory: Directory, organisation: str) -> list[OrgId]:
    """The schools of the scope at or below an organisation: all that its roster may name."""
    if organisation not in directory.entries or study.scope not in directory.entries:
        return []
    if study.scope in directory.path(organisation):
        return directory.schools(organisation)
    return directory.schools(study.scope) if organisation in directory.path(study.scope) else []
