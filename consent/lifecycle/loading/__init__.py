"""Taking a parsed file set into vaults, all or nothing: whose a row is, years, guardians, records. Never: a file."""

from consent.lifecycle.loading.absence import AbsentLeft
from consent.lifecycle.loading.asking import enter_names, questions_table
from consent.lifecycle.loading.taking import Loaded, load
from consent.lifecycle.loading.writing import standing

__all__ = ["AbsentLeft", "Loaded", "enter_names", "load", "questions_table", "standing"]
