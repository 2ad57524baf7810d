"""The tier that asked releases once: a signed receipt, format "manabi-release/1", stored before it is shown.

Here:   the receipt, releasing, reading one. Never: a second release of a study, data, noise.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from federation.answers import verify_answer
from federation.documents import RELEASE, announced, open_document, stored_answer
from federation.errors import EnvelopeError, NotReadyError
from federation.plan import MECHANISM, Plan, compile_study
from federation.release import LEVEL, Difference, ReleasedRow, table
from federation.study import Study, StudyId
from federation.vectors import decode, encode
from pds.clock import timestamp
from pds.crypto import DocumentType
from pds.identifiers import OrgId
from pds.node import Node


class Limit(BaseModel):
    """One thing a release does not defend against, or leaves out, in words for families and staff."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ja: str
    en: str


LIMITS = (
    Limit(
        ja="学校が範囲の中で偽の値を送ることは防げません。",
        en="A school that lies within its bounds is not found out.",
    ),
    Limit(
        ja="区間は雑音だけを表します。同意しない家庭、許容量を使い切った人、基準日の後に移った人は数に入りません。",
        en="The intervals are about noise alone. Families who did not agree, students whose allowance is used up, and"
        " students who moved after the census date are not in the numbers.",
    ),
    Limit(
        ja="学校ごとに雑音を加えるため、合計の誤差は学校数の平方根に比例して増えます。",
        en="Each school adds its own noise, so that the error of a total grows with the square root of their number.",
    ),
)


class ReleasedNoise(BaseModel):
    """The noise in every cell of one component: scale and variance in steps; `copies` draws, summed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    component: str
    epsilon: int
    scale: str
    copies: int
    variance: str
    delta: str


class Release(BaseModel):
    """The receipt of a release.

    Attributes:
        study: The whole study as published.
        codebook: SHA-256 of the plan, hex.
        epsilon: Micro-ε that each counted student was charged.
        delta: Probability by which the backend's arithmetic may break ε; "0" for OpenDP.
        vector: The noised sums, from which everything below can be computed again.
        level: Of the intervals.
        limits: What this release does not defend against, and what its numbers leave out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["manabi-release/1"] = "manabi-release/1"
    study_id: str
    study: Study
    codebook: str
    released_by: OrgId
    released_at: str
    mechanism: str
    backend: str
    epsilon: int
    delta: str
    noise: tuple[ReleasedNoise, ...]
    roster: Annotated[tuple[OrgId, ...], Field(min_length=1)]
    vector: str
    level: str
    rows: tuple[ReleasedRow, ...]
    differences: tuple[Difference, ...]
    limits: tuple[Limit, ...] = LIMITS

    def row(self, *values: str) -> ReleasedRow:
        """The row of these group values, in the order of the question's keys. Raises KeyError."""
        for row in self.rows:
            if tuple(row.groups.values()) == values:
                return row
        raise KeyError(values)


def release(node: Node, study: StudyId) -> str:
    """Release a study at the organisation that asked, once; asked again, the stored receipt comes back.

    Raises:
        UnknownStudyError: the study is not known here.
        NotReadyError: this node did not ask, or the sum is not made yet.
        EnvelopeError, VectorError: the stored answer or release was altered.
    """
    node.refuse_restored()
    asked = announced(node, study).study
    if asked.asked_by not in node.organisations():
        raise NotReadyError(f"{asked.asked_by} asked, and releases")
    with node.transaction():
        stored = node.documents.get(RELEASE, study)
        if stored is not None:
            read_release(node, stored)
            return stored
        answer = stored_answer(node, study, asked.asked_by)
        if answer is None:
            raise NotReadyError("the answers are not merged yet")
        receipt = _receipt(node, compile_study(asked), answer)
        token = node.keyring.secret(asked.asked_by).sign(DocumentType.RELEASE, receipt.model_dump(mode="json"))
        node.documents.add(RELEASE, study, token, owner=asked.asked_by)
    return token


def read_release(node: Node, token: str) -> Release:
    """Verify a receipt: who signed it, and that study, codebook and vector belong together.

    The table is taken as signed: a later version of the software may round another way.

    Raises:
        EnvelopeError: something does not hold.
        VectorError: the vector is malformed.
    """
    signer, receipt = open_document(node, token, DocumentType.RELEASE, Release)
    study = receipt.study
    plan = compile_study(study)
    if signer != study.asked_by or receipt.released_by != signer:
        raise EnvelopeError("a release is signed by the organisation that asked")
    if (receipt.study_id, receipt.codebook) != (study.id, plan.codebook):
        raise EnvelopeError("the release names another study or codebook than the one it shows")
    decode(receipt.vector, plan.cells)
    return receipt


def stored_release(node: Node, study: StudyId) -> Release | None:
    """The release of a study, if it was released here."""
    token = node.documents.get(RELEASE, study)
    return None if token is None else read_release(node, token)


def _receipt(node: Node, plan: Plan, answer: str) -> Release:
    study = plan.study
    total = verify_answer(node, plan, study.asked_by, answer)
    copies = len(total.roster)
    shown = table(plan, total.cells, copies)
    deltas = [part.mechanism.delta(part.block.per_student) for part in plan.components]
    return Release(
        study_id=study.id,
        study=study,
        codebook=plan.codebook,
        released_by=study.asked_by,
        released_at=timestamp(node.clock.now()),
        mechanism=MECHANISM,
        backend=study.backend.value,
        epsilon=study.epsilon,
        delta=_short(sum(deltas)),
        noise=tuple(
            ReleasedNoise(
                component=part.name,
                epsilon=part.mechanism.epsilon,
                scale=str(part.mechanism.scale),
                copies=copies,
                variance=_short(part.noise(copies).variance),
                delta=_short(delta),
            )
            for part, delta in zip(plan.components, deltas, strict=True)
        ),
        roster=total.roster,
        vector=encode(total.cells),
        level=str(LEVEL),
        rows=shown.rows,
        differences=shown.differences,
    )


def _short(number: float) -> str:
    """Six significant digits; 0 as "0"."""
    return f"{number:.6g}"
