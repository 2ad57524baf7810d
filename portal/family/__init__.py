"""Pages of families: one module a page, each about one child of whoever is signed in. Never: another family's child."""

from fastapi import APIRouter

from portal.family import consents, home, road, seen, statistics, transfer, write

router = APIRouter()
for page in (home, road, write, consents, seen, transfer, statistics):
    router.include_router(page.router)
