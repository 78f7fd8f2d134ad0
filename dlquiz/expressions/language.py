"""The words that an expression may use, and the bounds it has to keep."""

from __future__ import annotations

import math

# Nothing that a person writes by hand comes near these; whatever does is refused before it costs time.
MAX_LENGTH = 2_000
MAX_TOKENS = 500
MAX_DIGITS = 60
MAX_DEPTH = 30
MAX_EXPONENT = 400
MAX_BITS = 8_192
MAX_POWER_BITS = 4_096

CONSTANTS: dict[str, float] = {"pi": math.pi, "e": math.e}
# These give floats, so that `tolerance: exact` makes no sense with them.
FLOAT_FUNCTIONS = frozenset({"sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tanh", "erf"})
FUNCTIONS = FLOAT_FUNCTIONS | {"abs", "min", "max", "sum", "prod", "floor", "ceil", "round", "comb"}
WORDS = frozenset({"and", "or", "not", "if", "else"})
MIN_VALUES = {"comb": 2}
MAX_VALUES = {"round": 2, "log": 2, "comb": 2} | dict.fromkeys(("min", "max", "sum", "prod"), MAX_TOKENS)
# What no variable may be called.
RESERVED = FUNCTIONS | WORDS | frozenset(CONSTANTS)
