"""Pages of a school: class list, student, incoming and outgoing transfers. Never: another school's student."""

from fastapi import APIRouter

router = APIRouter()
