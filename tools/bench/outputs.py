"""What the cells of an executed notebook show, to compare two runs of it."""

import json
from pathlib import Path
from typing import Any


def outputs(path: Path) -> list[Any]:
    """The outputs of all cells in order: text, tables, charts; not who made them, and when.

    A stream is one, in however many pieces it came.
    """
    shown: list[Any] = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        streams: dict[str, str] = {}
        for output in cell.get("outputs", ()):
            if output["output_type"] == "stream":
                text = "".join(output["text"])
                streams[output["name"]] = streams.get(output["name"], "") + text
            else:
                data = output.get("data", output.get("traceback", {}))
                shown.append({kind: _joined(value) for kind, value in sorted(data.items())})
        shown += [{name: text.strip()} for name, text in sorted(streams.items())]
    return shown


def _joined(value: Any) -> Any:
    """Text, which a notebook may keep line by line."""
    lines = isinstance(value, list) and all(isinstance(line, str) for line in value)
    return "".join(value) if lines else value
