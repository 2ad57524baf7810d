"""Pages of schools: class list, one student, moves in and out, invitations. Never: a page for who has no position."""

from fastapi import APIRouter

from portal.school import custody, incoming, invitations, leaving, outgoing, protection, roster, student

__all__ = ["router"]

router = APIRouter()
for part in (roster, student, leaving, incoming, outgoing, invitations, custody, protection):
    router.include_router(part.router)
