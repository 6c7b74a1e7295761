"""Formulas over named inputs, such as `bls_mean - bls_median`: plain arithmetic kept as data.

The report also computes them in the reader's browser, so this is all that a formula may say:

    formula = term   { ("+" | "-") term }
    term    = signed { ("*" | "/") signed }
    signed  = ("+" | "-") signed | power
    power   = atom [ "**" signed ]
    atom    = number | name | "(" formula ")"
    number  = digits [ "." digits ]
    name    = a lower-case letter or "_", then such letters, digits and "_"

Equal operators group from the left, but `**` from the right, and it binds closer than a sign before
it: `-2 ** 2` is -4. Numbers are 64-bit floating point. Spaces mean nothing. `running` is the level
of pay before a step; every other name is an input.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from common.errors import InputError, nearest

Values = NDArray[np.float64]
"""One number per case."""
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_PARTS = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.Constant, *_OPERATORS)
_SPELLING = re.compile(r"(?:[a-z_][a-z0-9_]*|[0-9]+(?:\.[0-9]+)?(?![\w.])|[-+*/()]|\s)*")


def formula_inputs(formula: str) -> list[str]:
    """The names of the inputs that a formula uses, sorted.

    `running`, the pay reached before the step, is not an input.

    Raises:
        InputError: the formula is not arithmetic as this module describes it.
    """
    names = {part.id for part in ast.walk(_parsed(formula)) if isinstance(part, ast.Name)}
    return sorted(names - {"running"})


def evaluate(formula: str, inputs: pd.DataFrame) -> pd.Series:
    """The value of a formula in every case; NaN where an input is not published.

    Args:
        formula: arithmetic as this module describes it.
        inputs: one row per case, one column per input, and `running` where the formula uses it.

    Raises:
        InputError: the formula names what is no input, or is no arithmetic.
    """
    values = {str(name): column.to_numpy(dtype=float) for name, column in inputs.items()}
    return pd.Series(value_of(formula, values), index=inputs.index, dtype=float)


def value_of(formula: str, inputs: Mapping[str, Values]) -> Values:
    """As `evaluate`, of inputs by their names; a formula without any gives one number."""
    for name in formula_inputs(formula):
        if name not in inputs:
            raise InputError(f"formula '{formula}': '{name}' is no input{nearest(name, inputs)}")
    with np.errstate(all="ignore"):  # what is divided by 0 is infinite, or no number
        return _part_value(_parsed(formula), inputs)


@lru_cache  # a simulation evaluates the same few hundreds of times
def _parsed(formula: str) -> ast.expr:
    """A formula as Python's syntax tree, known to be arithmetic as this module describes it."""
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise InputError(f"formula '{formula}' cannot be read: {error}") from error
    plain = all(isinstance(part, _PARTS) for part in ast.walk(tree))
    if not (plain and _SPELLING.fullmatch(formula)):
        raise InputError(
            f"formula '{formula}' cannot be read: expected names, numbers, + - * / ** ( ) alone"
        )
    return tree.body


def _part_value(part: ast.expr, inputs: Mapping[str, Values]) -> Values:
    if isinstance(part, ast.BinOp):
        sides = _part_value(part.left, inputs), _part_value(part.right, inputs)
        return _OPERATORS[type(part.op)](*sides)
    if isinstance(part, ast.UnaryOp):
        return _OPERATORS[type(part.op)](_part_value(part.operand, inputs))
    if isinstance(part, ast.Name):
        return inputs[part.id]
    return np.array(ast.literal_eval(part), dtype=float)
