"""Whether a text holds another, as each database says it. Letters of ASCII are compared without regard to case."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

_ESCAPE = "\\"


class _Holds(sa.sql.expression.FunctionElement[bool]):
    """Of a column, the text to be found, and a pattern of it."""

    name = "holds"
    type = sa.Boolean()
    inherit_cache = True


def holds(column: sa.ColumnElement[Any], text: str) -> sa.ColumnElement[bool]:
    """Whether a column holds a text that is in lower case."""
    pattern = text
    for special in (_ESCAPE, "%", "_"):
        pattern = pattern.replace(special, _ESCAPE + special)
    return _Holds(column, sa.literal(text, sa.Text), sa.literal(f"%{pattern}%", sa.Text))


@compiles(_Holds)
def _look_for_it(element: _Holds, compiler: SQLCompiler, **given: Any) -> str:
    column, text, _ = element.clauses
    return compiler.process(sa.func.instr(sa.func.lower(column), text) > 0, **given)


@compiles(_Holds, "postgresql")
def _match_it(element: _Holds, compiler: SQLCompiler, **given: Any) -> str:
    column, _, pattern = element.clauses  # a pattern is what an index of trigrams answers
    return compiler.process(sa.func.lower(column).like(pattern, escape=_ESCAPE), **given)
