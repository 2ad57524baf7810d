"""Pages of boards and the nation: studies from question to result. Never: a vault, a row about a person."""

from fastapi import APIRouter

router = APIRouter()
