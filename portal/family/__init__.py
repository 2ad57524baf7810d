"""Pages of families: one module a page, each about one child of whoever is signed in. Never: another family's child."""

from fastapi import APIRouter

router = APIRouter()
