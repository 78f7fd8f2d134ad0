"""The SQLite review log: append, undo, read, merge, back up."""

from dlquiz.history.identity import device_id, imported_id
from dlquiz.history.log import History
from dlquiz.history.rows import Event, Recorded, Row
from dlquiz.history.selection import Counts, Selection

__all__ = ["Counts", "Event", "History", "Recorded", "Row", "Selection", "device_id", "imported_id"]
