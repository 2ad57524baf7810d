"""Files for a person to keep: their formats. Never: who may have one, a word of a language, a page."""

from pds.export.tables import Figure, csv_table

__all__ = ["Figure", "csv_table"]
