"""The source of the package, read and parsed once for the tests that look at it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "dlquiz"


@cache
def sources() -> dict[str, str]:
    """Each module of the package by its path."""
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))
    }


@cache
def trees() -> dict[str, ast.Module]:
    return {module: ast.parse(source) for module, source in sources().items()}


@cache
def nodes() -> dict[str, tuple[ast.AST, ...]]:
    """All nodes of each module's tree."""
    return {module: tuple(ast.walk(tree)) for module, tree in trees().items()}
