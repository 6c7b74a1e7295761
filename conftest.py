"""How `pytest --nbval notebooks` compares what a cell shows with what it was committed with."""

import re
from typing import Any

# What differs from run to run and tells a reader nothing: a memory address, a measured time, digits
# of a number beyond the ninth.
_PASSING = (
    (re.compile(r"\b0x[0-9a-fA-F]{6,16}\b"), lambda found: "0x..."),
    (re.compile(r"(?m)^(CPU times|Wall time): .*$"), lambda found: f"{found[1]}: ..."),
    (re.compile(r"\b\d+(?:\.\d+)? ?(?:ns|[uµμ]s|ms|seconds)\b"), lambda found: "... s"),
    (re.compile(r"(?<![\w.])\d+\.\d{8,}(?:e-?\d+)?\b"), lambda found: f"{float(found[0]):.9g}"),
)


def settled(value: Any) -> Any:
    """An output, or a part of one, without what passes.

    Numbers in the data of a chart are settled too, which nbval leaves as they are.
    """
    if isinstance(value, str):
        for pattern, words in _PASSING:
            value = pattern.sub(words, value)
        return value
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {name: settled(part) for name, part in value.items()}
    return [settled(part) for part in value] if isinstance(value, list) else value


def pytest_itemcollected(item: Any) -> None:
    """Let nbval settle outputs as above, and compare pictures, which it leaves out by itself."""
    if type(item).__name__ == "IPyNbCell":
        item.sanitize = settled
        item.parent.skip_compare = tuple(
            name for name in item.parent.skip_compare if not name.startswith("image/")
        )
