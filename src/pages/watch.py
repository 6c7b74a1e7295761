"""Writes down which of the project's data a kernel reads and writes."""

import os
import sys

_WRITES = os.O_WRONLY | os.O_RDWR


def start(root: str, log: str) -> None:
    """From now on, append a line to `log` for each file that is read or written, each folder that is listed.

    A line is `r` or `w`, a space and the path below `root`; only `data/` and `report/` count. Lines are
    written at once, so that a kernel that is killed has still said what it read.
    """
    folders = tuple(os.path.join(root, folder, "") for folder in ("data", "report"))  # noqa: PTH118
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(event: str, arguments: tuple) -> None:
        if event == "open":
            mode, path = "w" if arguments[2] & _WRITES else "r", arguments[0]
        elif event in ("os.listdir", "os.scandir"):
            mode, path = "r", arguments[0]
        elif event == "os.rename":
            mode, path = "w", arguments[1]
        else:
            return
        if isinstance(path, str | bytes | os.PathLike):
            path = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
            if path.startswith(folders):
                os.write(descriptor, f"{mode} {os.path.relpath(path, root)}\n".encode())

    sys.addaudithook(note)
