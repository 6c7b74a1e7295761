"""Parsers, fed with damage and noise, read or refuse with an `InputError`, in bounded memory."""

import io
import resource
import zipfile
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.published.printed import parse_expression
from common.errors import InputError
from intake.workbooks import read_workbook

MEMORY = 2**30
"""Bytes that reading a small file may take beyond what this process has."""
HOSTILE = [
    b"",
    b"\x00",
    b"\xff\xfe",
    b"<",
    b"</sheetData>",
    b"]]>",
    b"&lol;",
    b"<!DOCTYPE x [<!ENTITY lol 'lol'>]>",
    b" r='A99999'",
    b' r="AZ999999"',
    b' r="XFD1048576"',
    b' r="0"',
    b' r=""',
    b' t="s"',
    b' t="e"',
    b"<v>1e999</v>",
    b"<v>-1</v>",
    b"<v>" + b"9" * 5000 + b"</v>",
    b"2024",
    b"#REF!",
]
changes = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.floats(0, 1),
        st.integers(0, 40),
        st.one_of(st.sampled_from(HOSTILE), st.binary(max_size=8)),
    ),
    min_size=1,
    max_size=4,
)
token = st.sampled_from(
    [
        "$",
        "%",
        "+",
        "-",
        "–",
        " ",
        ",",
        ".",
        "over",
        "about",
        "to",
        "and",
        "or higher",
        "year",
        "months",
        "two",
    ]
)
spelt = token.flatmap(lambda text: st.sampled_from([text, text.upper(), text.capitalize()]))
expression = st.lists(
    st.one_of(spelt, st.integers(0, 10**12).map(str), st.text(max_size=3)), max_size=12
)


@pytest.fixture
def bounded_memory():
    """A limit on memory: a parser that takes more ends with an error, not with the machine's."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = psutil.Process().memory_info().vms
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.fixture
def parts(official):
    """A sound workbook, as its parts."""
    with zipfile.ZipFile(official()) as book:
        return {name: book.read(name) for name in book.namelist()}


def spliced(content, place, length, new):
    start = int(place * len(content))
    return content[:start] + new + content[start + length :]


def packed(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return buffer.getvalue()


def read_or_refuse(content, folder):
    path = folder / "national_M2026_dl.xlsx"
    path.write_bytes(content)
    try:
        assert len(read_workbook(path)) >= 0
    except InputError as error:
        assert path.name in str(error)


def longer(examples):
    """The same test, with so many examples for `make test-all`."""
    return [25, pytest.param(examples, marks=pytest.mark.slow)]


@pytest.mark.parametrize("examples", longer(3000))
def test_a_workbook_whose_parts_are_damaged(parts, tmp_path, bounded_memory, examples):
    names = sorted(parts)

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(changes)
    def check(changes):
        damaged = dict(parts)
        for part, place, length, new in changes:
            name = names[part % len(names)] if part < 10 else "xl/worksheets/sheet1.xml"
            damaged[name] = spliced(damaged[name], place, length, new)
        read_or_refuse(packed(damaged), tmp_path)

    check()


@pytest.mark.parametrize("examples", longer(3000))
def test_a_file_whose_bytes_are_damaged(parts, tmp_path, bounded_memory, examples):
    whole = packed(parts)

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(changes)
    def check(changes):
        damaged = whole
        for _, place, length, new in changes:
            damaged = spliced(damaged, place, length, new)
        read_or_refuse(damaged, tmp_path)

    check()


@pytest.mark.parametrize("where", ["A1048576", "AZ999999", "AZ100000", "A9999999"])
def test_one_stray_cell_takes_no_memory(parts, tmp_path, bounded_memory, where):
    sheet = "xl/worksheets/sheet1.xml"
    row = f"<row r='{where.lstrip('AZ')}'><c r='{where}'><v>1</v></c></row></sheetData>"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", row.encode())
    path = Path(tmp_path / "national_M2026_dl.xlsx")
    path.write_bytes(packed(parts))
    with pytest.raises(
        InputError, match=r"has a cell in row \d+; expected the rows before it as well"
    ):
        read_workbook(path)


@pytest.mark.parametrize("examples", longer(20_000))
def test_a_printed_figure_is_read_or_refused(examples):
    @settings(max_examples=examples)
    @given(expression)
    def check(words):
        for text in ("".join(words), " ".join(words)):
            try:
                found = parse_expression(text)
            except InputError:
                continue
            assert 0 <= found.low <= (found.low if found.high is None else found.high)

    check()


@pytest.mark.parametrize(
    "text", ["1" * 50_000, "1,111" * 20_000, " " * 100_000 + "1", "1-" * 50_000, "over " * 20_000]
)
def test_a_long_text_is_read_or_refused(text):
    try:
        assert parse_expression(text).low >= 0
    except InputError as error:
        assert "cannot read" in str(error)
