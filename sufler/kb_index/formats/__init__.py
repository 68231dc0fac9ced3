"""Import formats: CSV, XLSX, JSON Lines and JSON become rows of articles; articles become files."""

from sufler.kb_index.formats.export import EXPORT_FORMATS, export_lines, export_stream
from sufler.kb_index.formats.full_form import to_object
from sufler.kb_index.formats.read import read, read_articles
from sufler.kb_index.formats.rows import ImportRow, RowRef, reason_against

__all__ = [
    "EXPORT_FORMATS",
    "ImportRow",
    "RowRef",
    "export_lines",
    "export_stream",
    "read",
    "read_articles",
    "reason_against",
    "to_object",
]
