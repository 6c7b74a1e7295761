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
import re

import pandas as pd

from common.errors import InputError, nearest

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.UAdd, ast.USub)
_PARTS = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.Constant, *_OPERATORS)
_SPELLING = re.compile(r"(?:[a-z_][a-z0-9_]*|[0-9]+(?:\.[0-9]+)?(?![\w.])|[-+*/()]|\s)*")


def formula_inputs(formula: str) -> list[str]:
    """The names of the inputs that a formula uses, sorted.

    `running`, the pay reached before the step, is not an input.

    Raises:
        InputError: the formula is not arithmetic as this module describes it.
    """
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise InputError(f"formula '{formula}' cannot be read: {error}") from error
    parts = list(ast.walk(tree))
    if not (_SPELLING.fullmatch(formula) and all(isinstance(part, _PARTS) for part in parts)):
        raise InputError(
            f"formula '{formula}' cannot be read: expected names, numbers, + - * / ** ( ) alone"
        )
    return sorted({part.id for part in parts if isinstance(part, ast.Name)} - {"running"})


def evaluate(formula: str, inputs: pd.DataFrame) -> pd.Series:
    """The value of a formula in every case; NaN where an input is not published.

    Args:
        formula: arithmetic as this module describes it.
        inputs: one row per case, one column per input, and `running` where the formula uses it.

    Raises:
        InputError: the formula names what is no input, or is no arithmetic.
    """
    for name in formula_inputs(formula):
        if name not in inputs:
            raise InputError(
                f"formula '{formula}': '{name}' is no input{nearest(name, inputs.columns)}"
            )
    return pd.Series(inputs.eval(formula, engine="python"), index=inputs.index, dtype=float)
