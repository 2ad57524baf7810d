"""Records as a program of later years writes them: schemas, and a kind, that this one does not know.

Never: a change that outlasts the block in which the newer program runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from consent.decisions import recipients
from pds.records import Category, Name, Record, RecordKind, Travel, registry
from pds.vault import Action, Purpose
from tests.world.prefecture import School

NEWER = Category("kind_to_come")


class Written(Record):
    """What a newer program says; its fields are its own."""


@contextmanager
def newer_program(schema: str, category: Category) -> Iterator[None]:
    """This process is, while the block runs, a program that knows a schema more."""
    kind = RecordKind(schema, category, Written, Travel.CONSENTED, Name("新しい", "New"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_BY_MODEL", MappingProxyType({Written: kind}))
        yield


def write_newer(school: School, student: str, schema: str, category: Category, **fields: Any) -> None:
    """A newer program of the school writes one record."""
    common = {
        "school_code": school.org,
        "school_year": school.year,
        "grade": "P5",
        "occurred_on": "2026-10-01",
        "source_system": "test-sis",
        "source_record_id": school.next_number(),
        "later_field": "CANARY新しい",
    }
    leave = school.permit(student, Purpose.TEACHING, Action.WRITE)
    with (
        newer_program(schema, category),
        school.node.vaults.transact(replace(leave, categories=leave.categories | {category})) as writer,
    ):
        writer.append(Written.model_validate({**common, **fields}))


def turn_with_newer_kind(school: School, student: str) -> None:
    """The vault's keys as a newer program hands them out: everybody who gets any gets those of the newer kind."""
    with school.node.vaults.transact(school.permit(student, Purpose.TEACHING, Action.AUTHORISE)) as writer:
        admitted = recipients(school.node, writer.authorisations)
        wider = [item if item.opens == {"root"} else replace(item, opens=item.opens | {NEWER}) for item in admitted]
        writer.turn_epoch(wider, "a newer program")
