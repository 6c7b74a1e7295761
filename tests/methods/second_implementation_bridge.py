"""The bridge computed a second time in plain Python, from the raw tables and nothing of `src/`.

It reads formulas with a parser of its own, tries every order of the steps for the Shapley values,
and draws its own random numbers. `test_second_implementations.py` compares the two.
"""

import csv
import itertools
import json
import math
import random
import re
from pathlib import Path

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"
GRADES = ["published", "quoted", "bounded", "assumed", "residual"]
TOKEN = re.compile(r"\s*(\*\*|[-+*/()]|[a-z_][a-z0-9_]*|[0-9]+(?:\.[0-9]+)?)")
SIGMAS = 4.5
"""How many standard errors an end of a simulated range is given."""


def rows_of(table):
    with (RAW / table).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Parser:
    """Turns a formula into a function of the inputs by name, one level of the grammar a method."""

    def __init__(self, formula):
        self.tokens = [match.group(1) for match in TOKEN.finditer(formula)]
        assert "".join(self.tokens) == formula.replace(" ", "")
        self.names = set()

    def taken(self, *wanted):
        """Whether the next token is one of these; it is taken then."""
        if self.tokens and self.tokens[0] in wanted:
            return self.tokens.pop(0)
        return ""

    def total(self):
        left = self.term()
        while operator := self.taken("+", "-"):
            left = joined(operator, left, self.term())
        return left

    def term(self):
        left = self.signed()
        while operator := self.taken("*", "/"):
            left = joined(operator, left, self.signed())
        return left

    def signed(self):
        if sign := self.taken("+", "-"):
            return joined(sign, lambda case: 0.0, self.signed())
        return self.power()

    def power(self):
        base = self.atom()
        if self.taken("**"):
            return joined("**", base, self.signed())
        return base

    def atom(self):
        if self.taken("("):
            inner = self.total()
            assert self.taken(")")
            return inner
        token = self.tokens.pop(0)
        if token[0].isdigit():
            number = float(token)
            return lambda case: number
        self.names.add(token)
        return lambda case: case[token]


def joined(operator, left, right):
    if operator == "+":
        return lambda case: left(case) + right(case)
    if operator == "-":
        return lambda case: left(case) - right(case)
    if operator == "*":
        return lambda case: left(case) * right(case)
    if operator == "/":
        return lambda case: left(case) / right(case)
    return lambda case: left(case) ** right(case)


def compiled(formula):
    """A formula as a function of the inputs by name, and the names that it uses."""
    parser = Parser(formula)
    function = parser.total()
    assert not parser.tokens
    return function, parser.names


def printed_figures():
    """Value and source of the figures that vintages name, by the ids of the ledger."""
    found = {}
    for row in rows_of("guide-figures.csv"):
        if re.fullmatch(r"\$[\d,]+", row["as_published"]):
            value = float(row["as_published"].strip("$").replace(",", ""))
            found[row["figure_id"]] = (value, row["source_id"])
    for row in rows_of("aapc-surveys.csv"):
        text = f"{row['edition']} {row['category']}".lower()
        name = "aapc-" + re.sub(r"[^a-z0-9]+", "-", text).strip("-")
        found.setdefault(name, (float(row["value"]), row["source_id"]))
    return found


def quoting_sources():
    package = json.loads((RAW / "datapackage.json").read_text(encoding="utf-8"))
    sources = itertools.chain.from_iterable(table["sources"] for table in package["resources"])
    return {source["name"] for source in sources if source.get("quotes")}


def published_inputs(vintage):
    """By input: value (None if not published), standard error, figure and grade of its reading."""
    cells = {
        (row["year"], row["soc_code"]): row
        for row in rows_of("oews-national.csv")
        if row["area_code"] == "US" and row["naics"] == "000000"
    }
    figures, quoting = printed_figures(), quoting_sources()
    inputs = {}
    for row in rows_of("bridge-vintages.csv"):
        if row["vintage"] != str(vintage):
            continue
        value, error, figure, source = None, 0.0, "", ""
        if row["cell"]:
            cell = cells[row["year"], row["soc_code"]]
            value, source = float(cell[row["cell"]]), cell["source_id"]
            figure = (row["year"], row["soc_code"], row["cell"])
            if row["cell"] == "annual_mean" and cell["mean_rse"]:
                error = value * float(cell["mean_rse"]) / 100
        elif row["figure_id"]:
            figure = row["figure_id"]
            value, source = figures[figure]
        inputs[row["input"]] = {
            "value": value,
            "error": error,
            "figure": figure,
            "grade": "quoted" if source in quoting else "published",
        }
    return inputs


def walked(steps, case):
    """The start, and each effect in the order of the bridge; None for what is not published."""
    effects = {}
    up = start = steps[0]["function"](case)
    down = steps[-1]["function"](case)
    for step in steps[1:-1]:
        if step["kind"] == "up":
            effects[step["step"]] = effect = value_of(step, case, up)
            up += effect or 0
    for step in reversed(steps[1:-1]):
        if step["kind"] == "down":
            effects[step["step"]] = effect = value_of(step, case, down)
            down -= effect or 0
    residual = next(step["step"] for step in steps if step["kind"] == "residual")
    effects[residual] = down - up
    return start, {step["step"]: effects[step["step"]] for step in steps[1:-1]}


def value_of(step, case, running):
    if any(case[name] is None for name in step["names"] - {"running"}):
        return None
    return step["function"]({**case, "running": running})


def without_an_order(start, effects):
    """LMDI and Shapley, the latter by trying every set of steps that may come first."""
    level, factors = start, {}
    for step, effect in effects.items():
        factors[step] = (level + effect) / level
        level += effect
    mean = start if level == start else (level - start) / math.log(level / start)
    lmdi = {step: mean * math.log(factor) for step, factor in factors.items()}
    shapley, count = {}, len(factors)
    for step, factor in factors.items():
        others = [other for name, other in factors.items() if name != step]
        shapley[step] = sum(
            math.factorial(size)
            * math.factorial(count - size - 1)
            / math.factorial(count)
            * start
            * math.prod(first)
            * (factor - 1)
            for size in range(count)
            for first in itertools.combinations(others, size)
        )
    return lmdi, shapley


def bridge_of(vintage, scenario, draws, seed):
    """One row per step: effect, LMDI, Shapley, running total, grade, and where its ends may be.

    An end of a simulated range is an interval of `SIGMAS` standard errors, from the ranks of the
    draws themselves.
    """
    inputs, assumptions = published_inputs(vintage), rows_of("assumptions.csv")
    changes = [row for row in rows_of("scenarios.csv") if row["scenario"] == scenario]
    steps = [row for row in rows_of("bridge-steps.csv") if row["bridge"] == changes[0]["bridge"]]
    steps.sort(key=lambda step: int(step["order"]))
    for step in steps:
        step["function"], step["names"] = (
            compiled(step["formula"]) if step["formula"] else (None, set())
        )
    made = [(row["input"], *compiled(row["formula"])) for row in changes if row["input"]]
    case = {name: given["value"] for name, given in inputs.items()}
    case |= {row["assumption"]: float(row["mode"]) for row in assumptions}
    central = changed(case, made)
    start, effects = walked(steps, central)
    lmdi, shapley = without_an_order(
        start, {step: effect for step, effect in effects.items() if effect is not None}
    )
    ranges = simulated(steps, inputs, assumptions, made, draws, seed)
    readings = {name: given["grade"] for name, given in inputs.items()}
    for name, _, names in made:
        if name in readings:
            readings[name] = worst(["published", *(readings[used] for used in names)])
    nobodys = {row["assumption"] for row in assumptions}
    table, level = [], start
    for step in steps:
        name = step["step"]
        level += effects.get(name) or 0
        table.append(
            {
                "step": name,
                "effect_usd": effects.get(name),
                "lmdi_usd": lmdi.get(name),
                "shapley_usd": shapley.get(name),
                "running_total_usd": level,
                "grade": grade_of(step, effects, central, readings, nobodys),
                "ends": ranges.get(name),
            }
        )
    return table


def changed(case, made):
    """The case with a scenario's inputs in place of its own; None where one is not published."""
    values = {}
    for name, function, names in made:
        lacking = any(case[used] is None for used in names)
        values[name] = None if lacking else function(case)
    return case | values


def worst(grades):
    return GRADES[max(GRADES.index(grade) for grade in grades)]


def grade_of(step, effects, central, readings, nobodys):
    if effects.get(step["step"], 0) is None:
        return "residual"
    grade = worst([step["grade"], *(readings[n] for n in step["names"] if n in readings)])
    if step["grade"] == "published" and step["names"] & nobodys:
        bare = central | dict.fromkeys(nobodys, 0.0)
        moved = step["function"](central) - step["function"](bare)
        grade = "assumed" if abs(moved) > 0.005 else grade
    return grade


def simulated(steps, inputs, assumptions, made, draws, seed):
    """By step, where the 5th and the 95th percentile may be; nothing where nothing moves."""
    generator = random.Random(seed)
    drawn = {step["step"]: [] for step in steps[1:-1]}
    figures = sorted({given["figure"] for given in inputs.values() if given["error"]})
    ends = [
        (row["assumption"], float(row["low"]), float(row["high"]), float(row["mode"]))
        for row in assumptions
    ]
    for _ in range(draws):
        noise = {figure: generator.gauss(0, 1) for figure in figures}
        case = {
            name: given["value"] + given["error"] * noise[given["figure"]]
            if given["error"]
            else given["value"]
            for name, given in inputs.items()
        }
        case |= {name: generator.triangular(low, high, mode) for name, low, high, mode in ends}
        for step, effect in walked(steps, changed(case, made))[1].items():
            drawn[step].append(effect)
    return {
        step: (end_of(values, 0.05), end_of(values, 0.95))
        for step, values in drawn.items()
        if None not in values and max(values) - min(values) > 0.01
    }


def end_of(values, probability):
    """The interval in which a percentile lies, by the binomial error of its rank."""
    ordered, count = sorted(values), len(values)
    error = SIGMAS * math.sqrt(count * probability * (1 - probability))
    low = max(0, math.floor(count * probability - error))
    high = min(count - 1, math.ceil(count * probability + error))
    return ordered[low], ordered[high]
