"""Keeps what a running cell shows, in its order, as outputs of the notebook."""

import codecs
import io
import json
import os
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, NoReturn

from IPython.core.error import StdinNotImplementedError
from jupyter_client.jsonutil import json_default
from nbformat import NotebookNode, from_dict

DESCRIPTORS = {"stdout": 1, "stderr": 2}
MOST_LINES = 1000
MOST_CHARACTERS = 200_000
"""How much printed text of a cell is kept, of each stream; what is left out is counted."""


class OutputCapture:
    """Adds outputs to the cell that runs: text, displays, results and errors."""

    def __init__(self) -> None:
        """Begin with no cell; what is shown before `begin` is dropped."""
        self._outputs: list[NotebookNode] = []
        self._cut: dict[str, int] = {}
        self._clear_first = False
        self._displays: dict[str, list[NotebookNode]] = defaultdict(list)
        self._lock = threading.RLock()  # threads of a notebook may print too
        self._files = {name: _DescriptorFile() for name in DESCRIPTORS}

    def begin(self, cell: NotebookNode) -> None:
        """Add what follows to this cell."""
        self._outputs, self._clear_first = cell.outputs, False
        self._cut = {}

    def end(self) -> None:
        """Say of the cell that ran how many lines were left out."""
        with self._lock:
            self.read_descriptors()
            cut, self._cut = self._cut, {}
            for name, lines in cut.items():
                kept = [output["text"] for output in self._outputs if output.get("name") == name]
                text = "" if "".join(kept[-1:]).endswith("\n") else "\n"
                text += f"… {max(lines, 1):,} more lines\n"
                self._append(from_dict({"output_type": "stream", "name": name, "text": text}))

    def text(self, name: str, text: str) -> None:
        """Add printed text; what follows text of the same stream is one output with it."""
        with self._lock:
            self.read_descriptors()
            self._add_text(name, text)

    def display(
        self, data: Mapping[str, Any], metadata: Mapping[str, Any], display_id: str, update: bool
    ) -> None:
        """Add a display, unless it is an update; replace the data of all those with the same id."""
        content = {"data": _as_json(data), "metadata": _as_json(metadata)}
        for shown in self._displays[display_id]:
            shown.update(from_dict(content))
        if update:
            return
        shown = self.add(output_type="display_data", **content)
        if display_id:
            self._displays[display_id].append(shown)

    def result(self, data: Mapping[str, Any], metadata: Mapping[str, Any], count: int) -> None:
        """Add the value of a cell's last line."""
        content = {"data": _as_json(data), "metadata": _as_json(metadata)}
        self.add(output_type="execute_result", execution_count=count, **content)

    def add(self, **content: Any) -> NotebookNode:
        """Add an output as the notebook format has it, after what has been written before it."""
        with self._lock:
            self.read_descriptors()
            return self._append(from_dict(content))

    def clear(self, wait: bool) -> None:
        """Remove what the cell has shown: now, or when it shows something else."""
        self.read_descriptors()
        self._clear_first = wait
        if not wait:
            self._outputs.clear()
            self._cut = {}

    def read_descriptors(self) -> None:
        """Add what other programs and C libraries have written since this was last called."""
        for name, file in self._files.items():
            if text := file.read_new():
                self._add_text(name, text)

    @contextmanager
    def replace_streams(self) -> Iterator[None]:
        """Take what Python prints."""
        with redirect_stdout(_Stream(self, "stdout")), redirect_stderr(_Stream(self, "stderr")):
            yield

    @contextmanager
    def replace_descriptors(self) -> Iterator[None]:
        """Take what is written at the level of the system: by other programs and by C libraries."""
        before = {name: os.dup(number) for name, number in DESCRIPTORS.items()}
        for name, number in DESCRIPTORS.items():
            os.dup2(self._files[name].fileno(), number)
        try:
            yield
        finally:
            self.read_descriptors()
            for name, number in DESCRIPTORS.items():
                os.dup2(before[name], number)
                os.close(before[name])

    def _add_text(self, name: str, text: str) -> None:
        if self._clear_first:
            self.clear(wait=False)
        if name in self._cut:
            self._cut[name] += text.count("\n")
            return
        kept = self._room(name, text)
        if len(kept) < len(text):
            self._cut[name] = text.count("\n") - kept.count("\n")
        last = self._outputs[-1] if self._outputs else {}
        if last.get("name") == name:
            last["text"] += kept
        elif kept:
            self._append(from_dict({"output_type": "stream", "name": name, "text": kept}))

    def _room(self, name: str, text: str) -> str:
        """The part of a text for which the cell that runs has room; whole lines if it can be."""
        shown = [output["text"] for output in self._outputs if output.get("name") == name]
        lines = text.splitlines(keepends=True)
        room = max(MOST_LINES - sum(part.count("\n") for part in shown), 0)
        kept = "".join(lines[:room])
        return kept[: max(MOST_CHARACTERS - sum(map(len, shown)), 0)]

    def _append(self, output: NotebookNode) -> NotebookNode:
        if self._clear_first:
            self.clear(wait=False)
        self._outputs.append(output)
        return output


class _DescriptorFile:
    """A file that stands in for a descriptor; it is read as it grows."""

    def __init__(self) -> None:
        self._file: Any = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self._seen = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def fileno(self) -> int:
        return self._file.fileno()

    def read_new(self) -> str:
        size = os.fstat(self.fileno()).st_size
        if size == self._seen:
            return ""
        new = os.pread(self.fileno(), size - self._seen, self._seen)
        self._seen += len(new)
        return self._decoder.decode(new)


class _Stream(io.TextIOBase):
    """What `print` writes to while a notebook runs."""

    encoding = "UTF-8"

    def __init__(self, capture: OutputCapture, name: str) -> None:
        self._capture, self.name = capture, name
        self._process = os.getpid()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return DESCRIPTORS[self.name]

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._process:  # a fork has only a copy of the notebook
            os.write(self.fileno(), text.encode())
        elif text:
            self._capture.text(self.name, text)
        return len(text)

    def flush(self) -> None:
        """Do nothing, even if a cell has closed it: no text is held back."""


def refuse_input(*_: object) -> NoReturn:
    """Stand in for `input`.

    Raises:
        StdinNotImplementedError: always, in the words of a kernel.
    """
    raise StdinNotImplementedError(
        "raw_input was called, but this frontend does not support input requests."
    )


def _as_json(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """A bundle as it would be after its way from a kernel: bytes as base64, tuples as lists."""
    return {
        kind: value
        if isinstance(value, str)
        else json.loads(json.dumps(value, default=json_default))
        for kind, value in bundle.items()
    }
