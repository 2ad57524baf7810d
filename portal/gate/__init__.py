"""The way in and out: sign-in, first sign-in, language, session, the pages everybody may read. Never: a vault."""

from fastapi import APIRouter

from portal.gate import about, account, signin, talk, welcome

__all__ = ["router"]

router = APIRouter()
for part in (signin.router, welcome.router, account.router, about.router, talk.router):
    router.include_router(part)
