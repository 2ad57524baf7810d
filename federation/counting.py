"""Which students a school's answer counts: consent, charge, access log, then their records, batch by batch.

Here:   the order that keeps the promise. In one transaction the students of a batch are charged and the accesses are
        logged; only when that is durable are their records opened. What is added up stays in memory.
Never:  noise, a message about a student: whoever does not count adds zero in silence.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TypeVar

from consent.decisions import Request, decide, permit
from federation.documents import stored_answer
from federation.encoder import encode
from federation.plan import Plan
from pds.errors import NotFoundError, RefusedError, UsageError, VerificationError
from pds.identifiers import OrgId, VaultId
from pds.node import Node
from pds.vault import Action, Authorisations, Charge, ChargeOutcome, VaultReader

_Result = TypeVar("_Result")
Progress = Callable[[int, int], None]  # students looked at, students on the node
BATCH = 128  # students whose charges and log lines share one durable transaction, for which other writers wait
_SILENT = (RefusedError, NotFoundError, UsageError)  # moved, frozen, withdrawn, keys not here: adds zero
_BROKEN = "a history on this node does not verify and adds nothing to the study; `vault verify` names it"

_log = logging.getLogger("manabi.studies")


def count_students(
    node: Node, plan: Plan, schools: Sequence[OrgId], allowance: int, progress: Progress | None = None
) -> dict[OrgId, list[int]]:
    """Add up the vectors of all students who count, by school. Not private until noise is added.

    A second run after a crash finds the charges entered and counts the same students without charging them again.

    Args:
        node: The node; it keeps the schools' keys.
        plan: The compiled study.
        schools: Schools of this node that have not answered yet.
        allowance: The yearly allowance, in micro-ε.
        progress: Told how far it is, after each batch.

    Raises:
        StoreError: the store could not be written; nothing of the batch was read.
    """
    sums = {school: [0] * plan.cells for school in schools}
    vaults = node.vaults.all()
    for start in range(0, len(vaults), BATCH):
        batch = vaults[start : start + BATCH]
        for school, vector in _count_batch(node, plan, batch, schools, allowance):
            for place, steps in vector.items():
                sums[school][place] += steps
        if progress is not None:
            progress(start + len(batch), len(vaults))
    return sums


def _count_batch(
    node: Node, plan: Plan, batch: Sequence[VaultId], schools: Collection[OrgId], allowance: int
) -> list[tuple[OrgId, dict[int, int]]]:
    counted: list[tuple[OrgId, dict[int, int]]] = []
    with ExitStack() as readers:
        opened: list[tuple[OrgId, VaultReader]] = []
        with node.transaction():
            waiting = {school for school in schools if stored_answer(node, plan.study_id, school) is None}
            for vault in batch:
                school = _or_nothing(partial(_charge, node, plan, vault, waiting, allowance))
                if school is None:
                    continue
                if not plan.question.categories:
                    counted.append((school, encode(plan, ())))  # a bare count opens nothing
                elif (reader := _or_nothing(partial(_open, node, plan, school, vault, readers))) is not None:
                    opened.append((school, reader))
        for school, reader in opened:
            counted.append((school, _or_nothing(partial(part_of, plan, reader)) or {}))
    return counted


def _charge(node: Node, plan: Plan, vault: VaultId, waiting: Collection[OrgId], allowance: int) -> OrgId | None:
    """The school that counts this student, once the charge is entered; None for everybody who does not count."""
    facts = node.vaults.authorisations(vault)
    school = _school(plan, facts)
    if school is None or school not in waiting:
        return None
    request = Request.for_study(vault, school, Action.CHARGE, plan.question.categories)
    if not decide(request, facts, node.clock.now()):
        return None  # who never agreed is not asked about at the counter: the family's log stays free of it
    charge = Charge(
        study=plan.study_id, cost=plan.study.cost, school_year=plan.question.school_year, answered_by=school
    )
    with node.vaults.transact(permit(node, request)) as writer:
        verdict = writer.charge(charge, allowance)
    return school if verdict in (ChargeOutcome.CHARGED, ChargeOutcome.ALREADY_OURS) else None


def _school(plan: Plan, facts: Authorisations) -> OrgId | None:
    """The school where the vault lives, if it is the school of enrolment on the census date."""
    enrolled = facts.enrolment_on(plan.question.census_date)
    if facts.home is None or enrolled is None or enrolled.school_year != plan.question.school_year:
        return None
    return enrolled.school if enrolled.school == facts.home.id else None


def _open(node: Node, plan: Plan, school: OrgId, vault: VaultId, readers: ExitStack) -> VaultReader:
    """Log the access; the records stay closed until the surrounding transaction is durable."""
    leave = permit(node, Request.for_study(vault, school, Action.READ, plan.question.categories))
    return readers.enter_context(node.vaults.read(leave, joining=True))


def part_of(plan: Plan, reader: VaultReader) -> dict[int, int]:
    """One student's part of the sum, from an open vault."""
    question = plan.question
    return encode(
        plan,
        reader.in_effect(years={question.school_year}),
        reader.authorisations.enrolment_on(question.census_date),
    )


def _or_nothing(step: Callable[[], _Result]) -> _Result | None:
    """Let a student who cannot be counted add zero; only a store that fails stops the study."""
    try:
        return step()
    except VerificationError:
        _log.error(_BROKEN)  # a traceback could show what was read
    except _SILENT:
        pass
    return None
