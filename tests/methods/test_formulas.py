"""Formulas are plain arithmetic, the same in Python and in the reader's browser."""

import pandas as pd
import pytest

from analysis.methods.formulas import evaluate, formula_inputs
from analysis.published.paths import RAW
from common.errors import InputError

CASES = pd.DataFrame({"a": [2.0, 4.0], "b_2": [3.0, 0.5], "running": [10.0, 20.0]})


@pytest.mark.parametrize(
    ("formula", "values"),
    [
        ("a", [2, 4]),
        ("-0.6", [-0.6, -0.6]),
        ("a - b_2 - 1", [-2, 2.5]),
        ("a / b_2 * 3", [2, 24]),
        ("a * (b_2 + 1)", [8, 6]),
        ("2 ** b_2 ** 2", [512, 2**0.25]),
        ("-a ** 2", [-4, -16]),
        ("a ** -1", [0.5, 0.25]),
        ("running * +a", [20, 80]),
    ],
)
def test_formulas_group_as_the_grammar_says(formula, values):
    assert evaluate(formula, CASES).tolist() == pytest.approx(values)


def test_inputs_are_the_names_but_running():
    assert formula_inputs("running * (b_2 - a) + a") == ["a", "b_2"]


def test_a_formula_with_an_unknown_name_says_which():
    cases = pd.DataFrame({"bls_mean": [1.0]})
    with pytest.raises(InputError, match=r"'bls_maen' is no input.*bls_mean"):
        evaluate("bls_maen - 1", cases)


@pytest.mark.parametrize(
    "formula",
    [
        "",
        "a -",
        "a if b_2 else 1",
        "a > b_2",
        "max(a, b_2)",
        "a // b_2",
        "a % b_2",
        "a @ b_2",
        "not a",
        "A + 1",
        "1e3 * a",
        "1_000 * a",
        "0x10",
        "'a'",
        "True",
        "a.b",
        "[a]",
        "a + 1j",
        "a # b",
    ],
)
def test_what_is_no_arithmetic_is_shown(formula):
    with pytest.raises(InputError, match=r"^formula '") as refused:
        evaluate(formula, CASES)
    assert formula in str(refused.value)


def test_every_formula_kept_as_data_follows_the_grammar():
    for table in ("bridge-steps.csv", "scenarios.csv"):
        formulas = pd.read_csv(RAW / table, keep_default_na=False)["formula"]
        for formula in formulas[formulas != ""]:
            formula_inputs(formula)
