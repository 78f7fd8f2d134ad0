r"""Whether two formulas are equal as mathematics: LaTeX, ASCII or Unicode → a tree → values at random points.

>>> equal("(1-β2) g⊙g", r"(1-\beta_2)g^2"), equal("p_i - p_i**2", r"p_i(1-p_i)"), equal("(1/k)ln2", r"\ln 2/k")
(True, True, True)
>>> equal("K Q^T", r"QK^\top"), equal("cos(t*pi/T)", r"\cos(\pi t/T)"), equal("e^-kt", "e^{-kt}")
(False, True, True)
>>> equal("sqrt(g)", r"\sqrt{G}", Context(text="$G$ sums $g^2$")), equal("sqrt(g)", r"\sqrt{G}")
(False, True)
"""

from __future__ import annotations

from dlquiz.grading.formulas.equality import Context, equal, is_readable, speaks_of_matrices, value_of
from dlquiz.grading.formulas.tree import FormulaError

__all__ = ["Context", "FormulaError", "equal", "is_readable", "speaks_of_matrices", "value_of"]
