"""The one refusal of this room: a formula that cannot be shown faithfully is not shown at all."""

from __future__ import annotations

from dlquiz.errors import DlquizError


class MathError(DlquizError):
    """LaTeX that this room does not know; the caller shows the source instead."""
