"""Small files that unpack to more than a machine has are refused, soon and in little memory."""

import resource
import signal
import subprocess
import zipfile

import pytest

from common.errors import InputError
from intake.limited_process import MEMORY, call_limited
from intake.workbooks import read_workbook


@pytest.fixture(autouse=True)
def reading_in_this_process():
    """Not here: a bomb is read in a process with limits, also when mutants are tried."""


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
MANY = 1_500_000
LABELS = [
    *("99", "U.S.", "1", "US", "000000", "Cross-industry", "cross-industry", "1235"),
    *("29-2072", "Coders", "detailed"),
]


def with_parts(path, **changes):
    """The workbook with `sheet` or `strings` changed; a change is given the part's text."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    for name, change in changes.items():
        part = {"sheet": SHEET, "strings": STRINGS, "links": "xl/_rels/workbook.xml.rels"}[name]
        parts[part] = change(parts.get(part, b"<sst></sst>"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return path


def more_rows(text):
    return lambda sheet: sheet.replace(b"</sheetData>", text + b"</sheetData>")


def text_cells(title="Coders"):
    labels = [title if label == "Coders" else label for label in LABELS]
    return "".join(f"<c t='inlineStr'><is><t>{label}</t></is></c>" for label in labels)


def one_long_text(text):
    return b"<row>" + text_cells(text).encode() + b"</row>"


BOMBS = {
    "cells in lower case, far away": {
        "sheet": more_rows(b"<row r='2'><c r='xfd1048576'><v>1</v></c></row>")
    },
    "rows without references": {"sheet": more_rows(b"<row><c><v>1</v></c></row>" * MANY)},
    "rows of the occupation without references": {
        "sheet": more_rows(f"<row>{text_cells()}</row>".encode() * 100_000)
    },
    "cells without end": {"sheet": more_rows(b"<row>" + b"<c/>" * MANY + b"</row>")},
    "empty rows": {"sheet": more_rows(b"<row/>" * 10 * MANY)},
    "one row that never ends": {"sheet": more_rows(b"<row>" + b" " * 140 * 2**20)},
    "one long text, often": {"sheet": more_rows(one_long_text("x" * 30_000) * 3000)},
    "millions of texts": {
        "strings": lambda text: text.replace(b"</sst>", b"<si><t>x</t></si>" * MANY + b"</sst>")
    },
    "one endless text": {
        "strings": lambda text: text.replace(
            b"</sst>", b"<si><t>" + b"x" * 45 * 2**20 + b"</t></si></sst>"
        )
    },
    "words that define each other": {
        "sheet": lambda sheet: (
            b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
            + b"".join(b"<!ENTITY a%d '&a%d;&a%d;'>" % (n + 1, n, n) for n in range(40))
            + b"]>"
            + sheet[sheet.index(b"<worksheet") :]
        )
    },
    "nothing but zeros": {"sheet": lambda sheet: sheet + b"\0" * 400 * 2**20},
}


@pytest.mark.parametrize("change", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize("sought", [["29-2072"], None], ids=["sought", "all"])
def test_a_bomb_is_refused_soon_and_in_little_memory(official, change, sought):
    path = with_parts(official(), **change)
    assert path.stat().st_size < 3 * 2**20
    before = children()
    with pytest.raises(InputError) as caught:
        read_workbook(path, sought)
    assert path.name in str(caught.value)
    assert len(str(caught.value)) < 10_000
    assert children() - before < 10
    assert MEMORY < 500 * 2**20


def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_process_that_takes_too_much_memory_or_time_is_ended():
    for function, arguments in (("builtins:bytearray", [MEMORY]), ("builtins:pow", [3, 3**18])):
        with pytest.raises(InputError) as caught:
            call_limited(function, arguments, "x.xlsx", 1)
        assert str(caught.value) == too_much(1)


def too_much(seconds):
    return (
        f"x.xlsx takes more than 400 MB of memory or {seconds} seconds to read; BLS's own files of "
        "its size take less, so it is none of them or was tampered with"
    )


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGKILL, signal.SIGSEGV])
def test_a_process_that_the_system_ends_took_too_much(number):
    with pytest.raises(InputError) as caught:
        call_limited("signal:raise_signal", [number], "x.xlsx", 1)
    assert str(caught.value) == too_much(1)


def test_a_process_that_only_waits_is_ended_too(monkeypatch):
    def run(*arguments, timeout, **others):
        raise subprocess.TimeoutExpired("python", timeout)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(InputError) as caught:
        call_limited("time:sleep", [3600], "x.xlsx", 2)
    assert str(caught.value) == too_much(2)
    assert caught.value.__cause__.timeout == 40


def test_an_error_of_the_program_itself_is_told_as_it_is():
    with pytest.raises(RuntimeError, match="ValueError: invalid literal"):
        call_limited("builtins:int", ["x"], "x.xlsx", 1)


def test_the_process_finds_the_modules_that_this_one_finds(tmp_path, monkeypatch):
    (tmp_path / "lies_elsewhere.py").write_text("def answer(): return 42")
    monkeypatch.syspath_prepend(tmp_path)
    assert call_limited("lies_elsewhere:answer", [], "x.xlsx", 1) == 42
