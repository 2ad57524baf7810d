"""Pages of families: one module a page, each about one child of whoever is signed in. Never: another family's child."""

from fastapi import APIRouter

from portal.family import anew, consents, home, moving_code, road, seen, statistics, transfer, write
from portal.family.frame import family_frame

__all__ = ["family_frame", "router"]

router = APIRouter()
for page in (home, road, write, consents, seen, transfer, moving_code, statistics, anew):
    router.include_router(page.router)
