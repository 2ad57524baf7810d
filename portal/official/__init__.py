"""Pages of boards and the nation: studies from question to result. Never: a vault, a row about a person."""

from fastapi import APIRouter

from portal.official import asking, budgets, results

__all__ = ["router"]

router = APIRouter()
for part in (asking.router, budgets.router, results.router):  # a study's own address takes what is left
    router.include_router(part)
