"""A live part as a notebook shows it: its script, its data, and text where no script runs."""

import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from common.notebook_contract import LIVE_MIME, Live, LiveCode, live_html

_IMPORT_OR_EXPORT = re.compile(r"^import [^;]*;\n|^export ", re.MULTILINE)
_INDENT = re.compile(r"^ +", re.MULTILINE)
_COMMENT = re.compile(r"^\s*/\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)


class LivePart:
    """What a notebook shows of a live part, as the last line of a cell."""

    def __init__(self, content: Live) -> None:
        self.content = content

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The part for the page, for JupyterLab, and in words.

        JupyterLab would take what stands between two dollar signs for a formula.
        """
        live = self.content
        kind, name, script, style = live["kind"], live["name"], live["script"], live["style"]
        return {
            LIVE_MIME: LiveCode(kind=kind, name=name, script=script, style=style),
            "text/html": f'<div class="mathjax_ignore"><style>{style}</style>{live_html(live)}'
            f'<script type="module">{script}</script></div>',
            "text/plain": "\n\n".join(live["text"]),
        }


@functools.cache
def script_of(modules: Sequence[str]) -> str:
    """JavaScript modules as one, without their imports, exports, comments and indents.

    A page opened from disk may not load a module from another file, so they travel together.

    Args:
        modules: the names of files in this folder, each after those that it imports.
    """
    texts = [_read(f"{name}.js") for name in modules]
    code = _COMMENT.sub("", "".join(_IMPORT_OR_EXPORT.sub("", text) for text in texts))
    return _INDENT.sub("", code)


def style() -> str:
    """The looks of all live parts."""
    return _read("live.css")


def _read(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
