"""The SQLite review log: append, undo, read, merge, back up."""

from dlquiz.review_log.candidates import Counts, Selection
from dlquiz.review_log.ids import device_id, imported_id
from dlquiz.review_log.log import History
from dlquiz.review_log.rows import Event, Recorded, Row

__all__ = ["Counts", "Event", "History", "Recorded", "Row", "Selection", "device_id", "imported_id"]
