"""The SQLite review log: append, undo, read, merge, back up."""

from dlquiz.review_log.candidates import Selection, StudyCounts
from dlquiz.review_log.ids import device_id, imported_id
from dlquiz.review_log.log import History
from dlquiz.review_log.rows import Event, Recorded, Row

__all__ = ["Event", "History", "Recorded", "Row", "Selection", "StudyCounts", "device_id", "imported_id"]
