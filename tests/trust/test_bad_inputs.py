# ruff: noqa: E501  (messages as they are printed)
"""Whatever is wrong with what a user gives: one clear message, the exit code of a mistake, no file touched.

Each table has its cases by name: how something is spoilt, or what is given, and the message that
has to come. A message that ends in `...` is the beginning of one whose end a library words.
"""

import csv
import json
import resource
import shutil
import socket
import sys
import zipfile

import pytest
from desk import without_privileges

from analysis import cli
from analysis.published.paths import RAW, ROOT

NATION = "oews-national.csv"
BOOK = "national_M2026_dl.xlsx"
SHEET = "national_M2026_dl.xlsx, sheet national_M2026_dl"
AN_OEWS_FILE = "expected an OEWS workbook (.xlsx) or zip file as BLS publishes it"
DECLARED = (
    "The parameters are:\n  year: int = 2024  # of the survey\n  place: str = 'US'  # a code\n"
    "  share: float = 0.5\n  draft: bool = False"
)
USAGE = "Usage: coderpay {0}\nTry 'coderpay {1} --help' for help.\n\n"


def test_there_are_enough_cases():
    assert sum(map(len, (TABLES, GIVEN, PLANS, COMMANDS, PLACES))) >= 60


@pytest.fixture
def refused(desk, monkeypatch, capsys):
    """Run `coderpay` in this process: it has to refuse, and to leave everything on the desk as it was."""
    monkeypatch.setattr(cli, "ROOT", desk.root)
    monkeypatch.setenv("HOME", str(desk.base / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(desk.base / "tmp"))
    monkeypatch.chdir(desk.base)

    def run(arguments, message):
        before = desk.contents()
        monkeypatch.setattr(sys, "argv", ["coderpay", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed, said = capsys.readouterr()
        assert_refused(ended.value.code, printed, said, message.replace("{root}", str(desk.root)))
        assert desk.contents() == before

    return run


def assert_refused(code, printed, said, message):
    expected = message if message.startswith("Usage: ") else f"Error: {message}"
    found = said.rstrip("\n")
    if expected.endswith("..."):
        expected = expected.removesuffix("...")
        found = found[: len(expected)]
    assert found == expected
    assert (code, printed) == (2, "")


# -- Raw tables: the command is `verify` of a sound workbook, which reads them.


def cell(column, value, file=NATION, row=1):
    def spoil(raw):
        with (raw / file).open(newline="") as lines:
            rows = list(csv.reader(lines))
        rows[row][rows[0].index(column)] = value
        with (raw / file).open("w", newline="") as lines:
            csv.writer(lines, lineterminator="\n").writerows(rows)

    return spoil


def text(change, file=NATION):
    def spoil(raw):
        content = (raw / file).read_bytes()
        (raw / file).write_bytes(change(content))
        assert (raw / file).read_bytes() != content

    return spoil


def gone(file, folder=False):
    def spoil(raw):
        (raw / file).unlink()
        if folder:
            (raw / file).mkdir()

    return spoil


def package(change):
    def spoil(raw):
        path = raw / "datapackage.json"
        content = json.loads(path.read_text())
        [entry] = [entry for entry in content["resources"] if entry["path"] == NATION]
        change(content, entry)
        path.write_text(json.dumps(content))

    return spoil


def correction(**changes):
    """A further correction of the national table, sound but for the changes."""

    def spoil(raw):
        path = raw / "corrections.csv"
        with path.open(newline="") as lines:
            rows = list(csv.DictReader(lines))
        sound = rows[0] | {
            "file": NATION,
            "key": "year=2024;soc_code=29-2072",
            "column": "naics",
            "expects": "000000",
            "action": "flag",
        }
        with path.open("w", newline="") as lines:
            writer = csv.DictWriter(lines, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows([*rows, sound | changes])

    return spoil


def replaced(old, new):
    return text(lambda content: content.replace(old, new, 1))


with (RAW / "corrections.csv").open(newline="") as lines:
    NEXT = f"corrections.csv, row {len(list(csv.reader(lines))) + 1}"
with (RAW / NATION).open(newline="") as lines:
    [HELD] = [
        row["employment_rse"]
        for row in csv.DictReader(lines)
        if (row["year"], row["soc_code"]) == ("2024", "29-2072")
    ]
NOT_CSV = f"{NATION}: not a table of comma-separated values in UTF-8 (..."
IN_ROW_2 = f"{NATION}, row 2, column "
ENTRY = f"datapackage.json, the entry of {NATION}"
EXPLAINED = "expected a value, or a reason in empty_cells, and never both"
TABLES = {
    "text in a number": (
        cell("annual_mean", "abc"),
        f"{IN_ROW_2}annual_mean: found 'abc', expected a number",
    ),
    "a hexadecimal number": (
        cell("annual_mean", "0x10"),
        f"{IN_ROW_2}annual_mean: found '0x10', expected a number",
    ),
    "an infinite wage": (
        cell("annual_mean", "inf"),
        f"{IN_ROW_2}annual_mean: found 'inf', expected a number",
    ),
    "a wage too great": (
        cell("annual_mean", "1e999"),
        f"{IN_ROW_2}annual_mean: found '1e999', expected a number",
    ),
    "no number": (
        cell("annual_mean", "nan"),
        f"{IN_ROW_2}annual_mean: found 'nan', expected a number\n"
        f"{IN_ROW_2}annual_mean: found 'nan', {EXPLAINED}",
    ),
    "a negative wage": (
        cell("annual_mean", "-5"),
        f"{IN_ROW_2}annual_mean: found '-5', expected at least 2080",
    ),
    "half a year": (
        cell("year", "2024.5"),
        f"{IN_ROW_2}year: found '2024.5', expected a whole number",
    ),
    "a year too great": (
        cell("year", "9" * 20),
        f"{IN_ROW_2}year: found '{'9' * 20}', expected a whole number",
    ),
    "an empty cell without a reason": (
        cell("annual_mean", ""),
        f"{IN_ROW_2}annual_mean: found nothing, {EXPLAINED}",
    ),
    "an empty cell that has to be filled": (
        cell("soc_code", ""),
        f"{IN_ROW_2}soc_code: found nothing, expected text",
    ),
    "a word that is none of a list": (
        cell("area_type", "nation"),
        f"{IN_ROW_2}area_type: found 'nation', expected one of national, state, "
        "metropolitan, nonmetropolitan, territory",
    ),
    "a code of another form": (
        cell("soc_code", "29-20x2"),
        f"{IN_ROW_2}soc_code: found '29-20x2', expected the form \\d{{2}}-\\d{{4}}",
    ),
    "a percentile out of order": (
        cell("annual_p90", "59119"),
        f"{IN_ROW_2}annual_p90: found '59119', expected at least annual_p10, annual_p25, annual_median, annual_p75",
    ),
    "a column misspelt": (
        replaced(b"annual_mean", b"annual_maen"),
        f"{NATION}, column annual_maen is not one of the table's; the nearest are: "
        "annual_mean, annual_median, annual_p90\n"
        f"{NATION}, column annual_mean is missing; the nearest are: annual_median, annual_maen, annual_p90",
    ),
    "a row twice": (
        text(lambda content: content + content.splitlines(keepends=True)[-1]),
        f"{NATION}, row 28, column year, area_code, naics, own_code, soc_code: found 2025, ...",
    ),
    "an empty file": (text(lambda content: b""), NOT_CSV),
    "not UTF-8": (replaced(b"Medical", b"M\xe9dical"), NOT_CSV),
    "a quote that is not closed": (text(lambda content: content + b'"'), NOT_CSV),
    "one cell too many": (text(lambda content: content.rstrip(b"\n") + b",x\n"), NOT_CSV),
    "a cell too many in every row": (
        text(lambda content: content.replace(b"\n", b",x\n").replace(b",x\n", b"\n", 1)),
        f"{NATION}: its rows have more cells than its header",
    ),
    "semicolons": (
        text(lambda content: content.replace(b",", b";")),
        f"{NATION}, column year;area_type;...",
    ),
    "only a header": (
        text(lambda content: content.splitlines(keepends=True)[0]),
        "national_M2024_dl.xlsx: the project has no row of its year and kind of area to compare",
    ),
    "no file": (gone(NATION), f"{{root}}/data/raw/{NATION}: No such file or directory"),
    "a folder for a file": (
        gone(NATION, folder=True),
        f"{{root}}/data/raw/{NATION}: Is a directory",
    ),
    "no corrections": (
        gone("corrections.csv"),
        "{root}/data/raw/corrections.csv: No such file or directory",
    ),
    "no package": (
        gone("datapackage.json"),
        "{root}/data/raw/datapackage.json: No such file or directory",
    ),
    "a package that is no JSON": (
        text(lambda content: b"{\n", "datapackage.json"),
        "datapackage.json, row 2: not valid JSON (Expecting property name enclosed in double quotes)",
    ),
    "a package not in UTF-8": (
        text(lambda content: b"\xff", "datapackage.json"),
        "datapackage.json: not in UTF-8 (...",
    ),
    "a package that is a list": (
        text(lambda content: b"[]", "datapackage.json"),
        "datapackage.json: found [], expected an object",
    ),
    "a package whose tables have no names": (
        text(lambda content: b'{"resources": ["a"]}', "datapackage.json"),
        "datapackage.json, resources 1: found 'a', expected an object",
    ),
    "a table without an entry": (
        package(lambda content, entry: content["resources"].remove(entry)),
        f"datapackage.json describes no file '{NATION}'; the nearest are: ...",
    ),
    "a table without rules": (
        package(lambda content, entry: [entry.pop(name) for name in ("schema", "title")]),
        f"{ENTRY}: title is missing\n{ENTRY}: schema is missing",
    ),
    "rules without fields": (
        package(lambda content, entry: entry["schema"].pop("fields")),
        f"{ENTRY}, schema: fields is missing",
    ),
    "a field of an unknown type": (
        package(lambda content, entry: entry["schema"]["fields"][0].update(type="date")),
        f"{ENTRY}, schema, field year, type: found 'date', expected 'string', 'integer' or 'number'",
    ),
    "a field of no type": (
        package(lambda content, entry: entry["schema"]["fields"][0].pop("type")),
        f"{ENTRY}, schema, field year, type: found None, expected 'string', 'integer' or 'number'",
    ),
    "a correction of no row": (
        correction(key="year=1900"),
        f"{NEXT}: year=1900 fits 0 rows of {NATION}, not one",
    ),
    "a correction of many rows": (
        correction(key="year=2024"),
        f"{NEXT}: year=2024 fits ...",
    ),
    "a correction by an unknown column": (
        correction(key="yaer=2024"),
        f"{NEXT}: {NATION} has no column 'yaer'; the nearest are: year",
    ),
    "a correction of an unknown column": (
        correction(column="annual_maen"),
        f"{NEXT}: {NATION} has no column 'annual_maen'; the nearest are: ...",
    ),
    "a correction by no key": (
        correction(key="year"),
        f"{NEXT}, column key: found 'year', expected the form \\w+=[^;=]+(;\\w+=[^;=]+)*",
    ),
    "a correction that is moot": (
        correction(expects="31-33"),
        f"{NEXT}: expected '31-33' in {NATION}, row ...",
    ),
    "a correction to no number": (
        correction(column="employment_rse", expects=HELD, action="override", value="much"),
        f"{NEXT}, column value: found 'much', expected a number",
    ),
    "a correction of an unknown kind": (
        correction(action="remove"),
        f"{NEXT}, column action: found 'remove', expected one of override, drop, flag",
    ),
}


@pytest.mark.parametrize(("spoil", "message"), TABLES.values(), ids=TABLES)
def test_raw_tables(desk, official, refused, spoil, message):
    book = official("national_M2024_dl.xlsx")
    spoil(desk.with_data())
    refused(["verify", book], message)


# -- Files that are given to be taken in: the command is `update --write`.


def book(*rows, name=BOOK, **layout):
    """A workbook of the given rows, each the changes to a sound one."""

    def given(base, official):
        return official(name, [official.row(**changes) for changes in rows], **layout)

    return given


def content(name, whole):
    def given(base, official):
        path = base / name
        path.write_bytes(whole if isinstance(whole, bytes) else whole(official(BOOK).read_bytes()))
        return path

    return given


def archive(name="oesm26nat.zip", **members):
    """A zip; a member whose content is None is a sound workbook."""

    def given(base, official):
        sound = official(BOOK).read_bytes()
        with zipfile.ZipFile(base / name, "w") as zipped:
            for member, whole in members.items():
                zipped.writestr(member, sound if whole is None else whole)
        return base / name

    return given


def empty_folder(base, official):
    (base / "empty").mkdir()
    return base / "empty"


def bomb(base, official):
    """A zip that says it holds more than two gigabytes."""
    with zipfile.ZipFile(base / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(BOOK, bytes(2**20))
    whole = bytearray((base / "bomb.zip").read_bytes())
    directory = whole.rindex(b"PK\x01\x02")
    whole[directory + 24 : directory + 28] = (2**31 + 1).to_bytes(4, "little")
    (base / "bomb.zip").write_bytes(whole)
    return base / "bomb.zip"


def encrypted(base, official):
    path = archive(**{BOOK: None})(base, official)
    whole = bytearray(path.read_bytes())
    whole[6] |= 1
    whole[whole.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(whole)
    return path


def stray_cell(base, official):
    path = official(BOOK)
    with zipfile.ZipFile(path) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    far = b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData>"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", far)
    with zipfile.ZipFile(path, "w") as zipped:
        for name, part in parts.items():
            zipped.writestr(name, part)
    return path


def edition(**changes):
    """An AAPC edition of one row, sound but for the changes."""

    def given(base, official):
        row = {
            "edition": "2026",
            "reference_period": "2026",
            "population": "AAPC members",
            "dimension": "certification",
            "category": "certified",
            "statistic": "mean",
            "value": "70000",
            "unit": "USD per year",
            "confidence": "medium",
            "weakness": "",
            "locator": "table 1",
            "source_id": "aapc-2026-report",
        } | changes
        with (base / "aapc-2026.csv").open("w", newline="") as lines:
            writer = csv.DictWriter(lines, row)
            writer.writeheader()
            writer.writerow(row)
        return base / "aapc-2026.csv"

    return given


COLUMN = "row 1: expected each column once, found"
GIVEN = {
    "an empty file": (content(BOOK, b""), f"{BOOK} is empty (0 bytes); {AN_OEWS_FILE}"),
    "a file cut short": (
        content(BOOK, lambda whole: whole[: len(whole) // 2]),
        f"{BOOK} is a zip file cut short; {AN_OEWS_FILE}",
    ),
    "an old Excel file": (
        content("oes.xls", b"\xd0\xcf\x11\xe0"),
        f"oes.xls is an old (.xls) or password-protected Excel file; {AN_OEWS_FILE}",
    ),
    "a page for a zip": (
        content("oesm26nat.zip", b"<html>Access Denied</html>"),
        "oesm26nat.zip is no Excel or zip file (it begins b'<html>Access Denied<'); "
        + AN_OEWS_FILE,
    ),
    "another survey": (
        book(columns=["Occupation", "Median weekly earnings"]),
        f"{BOOK} is no OEWS workbook: no sheet (national_M2026_dl) has the columns AREA_TYPE, AREA, AREA_TITLE, "
        "NAICS, NAICS_TITLE, OWN_CODE, OCC_CODE, OCC_TITLE, O_GROUP, I_GROUP and so on",
    ),
    "a workbook without rows": (
        book(),
        f"{BOOK}: no row is of 11-9111, 13-1041, 29-2072, 29-9021, 43-1011, 43-3021; {AN_OEWS_FILE}",
    ),
    "text in a number": (
        book({"A_MEAN": "n/a"}),
        f"{SHEET}, row 2, column A_MEAN: found 'n/a', expected a number, or *, **, # or ~",
    ),
    "a negative wage": (
        book({"H_MEAN": -28.5}),
        f"{SHEET}, row 2, column H_MEAN: found -28.5, expected at least 1",
    ),
    "a row twice": (
        book({}, {}),
        f"{SHEET}, row 2, column year, area_code, naics, own_code, soc_code: "
        "found 2026, US, 000000, 1235, 29-2072 again\n"
        f"{SHEET}, row 3, column year, area_code, naics, own_code, soc_code: "
        "found 2026, US, 000000, 1235, 29-2072 again",
    ),
    "a percentile out of order": (
        book({"A_PCT25": 30000}),
        f"{SHEET}, row 2, column A_PCT25: found 30000, expected at least A_PCT10",
    ),
    "no year": (
        book({}, name="national.xlsx", sheet="national"),
        "national.xlsx, sheet national: file name, sheet name and descriptions say no year; expected one year, "
        "as in national_M2024_dl.xlsx",
    ),
    "two years": (
        book({}, sheet="national_M2025_dl"),
        f"{BOOK}, sheet national_M2025_dl: file name, sheet name and descriptions say 2025 and 2026; expected one "
        "year, as in national_M2024_dl.xlsx",
    ),
    "an unknown kind of area": (
        book({"AREA_TYPE": "9"}),
        f"{SHEET}, row 2, column AREA_TYPE: found '9', expected 1, 2, 3, 4 or 6",
    ),
    "an unknown state": (
        book({"AREA_TYPE": "2", "AREA": "99"}),
        f"{SHEET}, row 2, column AREA: found '99', expected the FIPS code of a state, such as 34, "
        "where AREA_TYPE is 2",
    ),
    "no detailed occupation": (
        book({"O_GROUP": "broad"}),
        f"{BOOK}: no row of a detailed occupation (O_GROUP); expected some",
    ),
    "a zip without a workbook": (
        archive(**{"readme.txt": b""}),
        f"oesm26nat.zip holds no workbook, only readme.txt; {AN_OEWS_FILE}",
    ),
    "a zip of nothing": (
        archive(),
        f"oesm26nat.zip holds no workbook, only nothing; {AN_OEWS_FILE}",
    ),
    "a zip in a zip": (
        archive(**{"inner.zip": b"x"}),
        "oesm26nat.zip holds another zip, inner.zip; unpack it and give that one",
    ),
    "a zip of text called a workbook": (
        archive(**{BOOK: b"x"}),
        f"oesm26nat.zip: {BOOK} is no Excel or zip file (it begins b'x'); {AN_OEWS_FILE}",
    ),
    "a zip of one workbook twice": (
        archive(**{BOOK: None, "copy_M2026.xlsx": None}),
        "oesm26nat.zip: 2026, US, 000000, 1235, 29-2072, detailed stands in two of its workbooks; "
        "give one of them by itself",
    ),
    "a zip bomb": (bomb, "bomb.zip unpacks to 2,147,483,649 bytes; expected at most 52,428,800"),
    "an encrypted zip": (encrypted, f"oesm26nat.zip is encrypted ({BOOK}); {AN_OEWS_FILE}"),
    "a folder without flat files": (
        empty_folder,
        "empty: expected the flat files oe.data.0.Current, oe.area, oe.industry, oe.occupation, "
        "oe.datatype, oe.footnote; found no oe.area, oe.industry, oe.occupation, oe.datatype, "
        "oe.footnote, oe.data.0.Current",
    ),
    "a cell far outside": (
        stray_cell,
        f"{BOOK} (xl/worksheets/sheet1.xml) has a cell at XFD1...",
    ),
    "an edition with text for a number": (
        edition(value="much"),
        "aapc-2026.csv, row 2, column value: found 'much', expected a number",
    ),
    "an edition of another statistic": (
        edition(statistic="average"),
        "aapc-2026.csv, row 2, column statistic: found 'average', expected one of mean, median, share, difference",
    ),
    "an edition with a further column": (
        edition(note="x"),
        "aapc-2026.csv, column note is not one of the table's; the nearest are: unit\n"
        "expected the columns edition, reference_period, population, dimension, category, "
        "statistic, value, unit, confidence, weakness, locator, source_id; "
        "docs/aapc-edition.csv is a template, and docs/updating.md says what they mean",
    ),
    "an edition without a source": (
        edition(source_id=""),
        "aapc-2026.csv, row 2, column source_id: found nothing, expected text",
    ),
    "an edition with a second reading": (
        edition(edition="2025"),
        "aapc-surveys.csv would have two readings of 2025, certification, certified, mean: 70000 ...",
    ),
    "an edition that is no text": (
        content("aapc.csv", b"\xff\xfe"),
        "aapc.csv: not a table of comma-separated values in UTF-8 (...",
    ),
}


@pytest.mark.parametrize(("given", "message"), GIVEN.values(), ids=GIVEN)
def test_files_that_are_given(desk, official, refused, given, message):
    desk.with_data()
    refused(["update", "--write", given(desk.base, official)], message)


# -- The plan: the command is `report`, which would otherwise run a page.


def plan(**entry):
    return lambda desk: desk.plan(entry)


def whole(**others):
    return lambda desk: desk.plan(**others)


def written(text):
    return lambda desk: (desk.root / "report.yml").write_bytes(text.encode("latin-1"))


def sweep(over, **entry):
    """A sweep over one parameter; `data/raw/codes.csv` has codes, one of them in Latin-1."""
    fixed = {
        name: value
        for name, value in VALUES.items()
        if not isinstance(over, dict) or name not in over
    }

    def spoil(desk):
        (desk.root / "data" / "raw" / "codes.csv").write_bytes(b"code,name\n06,Six\n07,S\xe9pt\n")
        desk.plan(
            sweeps={
                "all": {"title": "All", "notebook": "a", "over": over, "parameters": fixed} | entry
            }
        )

    return spoil


def notebook(source):
    return lambda desk: desk.project.write("notebooks/a.ipynb", source)


VALUES = {"year": 2024, "place": "US", "share": 0.5, "draft": False}
PAGE, SWEEP = "report.yml, page a: ", "report.yml, sweep all"
NAMES = "expected names with values"
IN_THE_CELL = "notebooks/a.ipynb: the cell tagged `parameters` must hold only lines such as `year: int = 2024`: "
PLANS = {
    "no plan": (
        lambda desk: (desk.root / "report.yml").unlink(),
        "there is no project here: {root} and the folders above it have no report.yml; "
        "go to a checkout of one",
    ),
    "no YAML": (written("title: ["), "report.yml cannot be read: while parsing ..."),
    "not UTF-8": (
        written("title: é"),
        "report.yml cannot be read: 'utf-8' codec can't decode byte 0xe9 ...",
    ),
    "an object of Python": (
        written("title: !!python/object/apply:os.system [ls]"),
        "report.yml cannot be read: could not determine a constructor ...",
    ),
    "a list": (
        written("[1]"),
        f"report.yml: found [1], {NAMES}: address, find, ledger, memory_limit, methodology, "
        "origins, pages, sources, sweeps, terms, time_limit, title",
    ),
    "nothing": (
        written(""),
        f"report.yml: found None, {NAMES}: address, find, ledger, memory_limit, methodology, "
        "origins, pages, sources, sweeps, terms, time_limit, title",
    ),
    "no pages": (whole(pages=None), "report.yml: 'pages' is missing"),
    "pages in a list": (whole(pages=["a"]), f"report.yml: pages is ['a'], {NAMES}"),
    "a number for a title": (whole(title=5), "report.yml: title is 5, expected text"),
    "an unknown name": (
        whole(ledgers=5),
        "report.yml: unknown name 'ledgers'; the nearest are: ledger, terms, pages",
    ),
    "a page of text": (
        whole(pages={"a": "b"}),
        f"{PAGE}found 'b', {NAMES}: choices, memory_limit, needs, notebook, parameters, "
        "time_limit, title",
    ),
    "a number for a page": (
        whole(pages={2024: {}}),
        "report.yml, page 2024: the name is 2024, expected text (in quotes: '2024')",
    ),
    "a page in a folder": (
        whole(pages={"x/y": {"notebook": "a", "parameters": VALUES}}),
        "report.yml, page x/y: 'x/y' cannot name a page: use letters, digits, - and _",
    ),
    "a page called index": (
        whole(pages={"index": {"notebook": "a", "parameters": VALUES}}),
        "report.yml, page index: 'index' cannot name a page: use letters, digits, - and _",
    ),
    "needs in no list": (plan(needs="b"), f"{PAGE}needs is 'b', expected a list of pages"),
    "an unknown need": (plan(needs=["c"]), f"{PAGE}needs 'c', which is not a page; for example: a"),
    "a need that is no name": (
        plan(needs=[{}]),
        f"{PAGE}needs {{}}, which is not a page; for example: a",
    ),
    "a page that needs itself": (
        plan(needs=["a"]),
        "report.yml: pages need each other in a circle: a -> a",
    ),
    "no time": (plan(time_limit=0), f"{PAGE}time_limit is 0, expected seconds, such as 600"),
    "endless time": (
        plan(time_limit=float("inf")),
        f"{PAGE}time_limit is inf, expected seconds, such as 600",
    ),
    "a truth for a time": (
        plan(time_limit=True),
        f"{PAGE}time_limit is True, expected seconds, such as 600",
    ),
    "an unknown notebook": (
        plan(notebook="c"),
        f"{PAGE}there is no notebooks/c.ipynb; for example: a",
    ),
    "a number for a notebook": (plan(notebook=5), f"{PAGE}notebook is 5, expected text"),
    "parameters in a list": (plan(parameters=[1]), f"{PAGE}parameters is [1], {NAMES}"),
    "no memory": (
        plan(memory_limit=0),
        f"{PAGE}memory_limit is 0, expected megabytes, such as 8000",
    ),
    "a value of another type": (
        plan(parameters=VALUES | {"place": 601}),
        f"{PAGE}place is 601, expected str (in quotes: '601'), such as the default 'US'",
    ),
    "a value that is no number": (
        plan(parameters=VALUES | {"share": float("nan")}),
        f"{PAGE}share is nan, expected float, such as the default 0.5",
    ),
    "an unknown parameter": (
        plan(parameters=VALUES | {"yaer": 1}),
        f"{PAGE}there is no parameter 'yaer'; the nearest are: year, share, place. {DECLARED}",
    ),
    "a value that is no choice": (
        plan(choices={"year": [2023, 2025]}),
        f"{PAGE}year is 2024, which is none of its choices; the nearest are: 2025, 2023",
    ),
    "a notebook that is no JSON": (
        notebook("{"),
        "a.ipynb cannot be read as a notebook: DecodeError(...",
    ),
    "a notebook of another kind": (
        notebook('{"cells": [{"cell_type": "code", "source": "1"}]}'),
        "a.ipynb cannot be read as a notebook: ValidationError('Object missing required field `metadata` - at `$.cells[0]`')",
    ),
    "parameters that are no Python": (
        lambda desk: desk.project.notebook("a", parameters="year: int = 1 +"),
        f"{IN_THE_CELL}...",
    ),
    "a default of another type": (
        lambda desk: desk.project.notebook("a", parameters='year: int = "x"'),
        f"{IN_THE_CELL}year is 'x', expected int",
    ),
    "a sweep over a list": (sweep([1]), f"{SWEEP}: over is [1], {NAMES}"),
    "a sweep over nothing": (
        sweep({}),
        f"{SWEEP}: neither over nor rows names a parameter, so there is no page to make",
    ),
    "a sweep that stands still": (
        sweep({"year": {"from": 1, "to": 3, "step": 0}}),
        f"{SWEEP}, over year: step is 0, expected at least 1",
    ),
    "a sweep that runs down": (
        sweep({"year": {"from": 3, "to": 1}}),
        f"{SWEEP}, over year: no value is left, so there is no page to make",
    ),
    "a sweep over a file not in UTF-8": (
        sweep({"place": {"file": "data/raw/codes.csv", "column": "code"}}),
        f"{SWEEP}, over place: data/raw/codes.csv cannot be read: 'utf-8' codec can't decode byte 0xe9 ...",
    ),
    "a sweep over no file": (
        sweep({"place": {"file": "data/no.csv", "column": "code"}}),
        f"{SWEEP}, over place: data/no.csv cannot be read: No such file or directory",
    ),
    "a sweep over a number": (
        sweep({"place": {"file": 5, "column": "code"}}),
        f"{SWEEP}, over place: file is 5, expected text",
    ),
    "two pages of one name": (
        sweep({"place": ["A b", "a-b"]}),
        f"{SWEEP}: two pages would be called a-a-b, with {{...",
    ),
}


@pytest.mark.parametrize(("spoil", "message"), PLANS.values(), ids=PLANS)
def test_plans(desk, refused, spoil, message):
    spoil(desk)
    refused(["report"], message)


# -- What is typed after `coderpay`.


def setting(value):
    return ["report", "--set", value]


COMMANDS = {
    "an unknown command": (
        ["reprot"],
        USAGE.format("[OPTIONS] COMMAND [ARGS]...", "").replace("  ", " ")
        + "Error: No such command 'reprot'...",
    ),
    "an unknown option": (
        ["report", "--onyl", "a"],
        USAGE.format("report [OPTIONS]", "report") + "Error: No such option...",
    ),
    "no file": (
        ["update"],
        USAGE.format("update [OPTIONS] [PATH]", "update")
        + "Error: give a file to take in, or --undo alone",
    ),
    "a file that is not there": (
        ["update", "no.xlsx"],
        USAGE.format("update [OPTIONS] [PATH]", "update")
        + "Error: Invalid value for '[PATH]': Path 'no.xlsx' does not exist.",
    ),
    "no job": (
        ["report", "--jobs", "0"],
        USAGE.format("report [OPTIONS]", "report")
        + "Error: Invalid value for '--jobs': 0 is not in the range x>=1.",
    ),
    "a year before the format": (
        ["fetch", "oews", "--year", "2018"],
        USAGE.format("fetch oews [OPTIONS]", "fetch oews")
        + "Error: Invalid value for '--year': 2018 is not in the range 2019<=x<=2099.",
    ),
    "an unknown kind": (
        ["fetch", "oews", "--year", "2024", "--kind", "county"],
        USAGE.format("fetch oews [OPTIONS]", "fetch oews")
        + "Error: Invalid value for '--kind': 'county' is not one of 'national', 'state', 'metro', "
        "'industry', 'all'.",
    ),
    "an unknown page": (
        ["report", "--only", "b"],
        "--only b: there is no such page or sweep; for example: a",
    ),
    "a setting without a value": (
        setting("a.year"),
        "--set 'a.year': expected page.name=value, such as a.year=2024",
    ),
    "a setting of no page": (
        setting("year=2023"),
        "--set 'year=2023': expected page.name=value, such as a.year=2024",
    ),
    "a setting of an unknown page": (
        setting("b.year=2023"),
        "--set b.year=2023: there is no page 'b'; for example: a",
    ),
    "a setting of an unknown parameter": (
        setting("a.yaer=2023"),
        f"--set a: there is no parameter 'yaer'; the nearest are: year, share, place. {DECLARED}",
    ),
    "a setting of another type": (
        setting("a.year=soon"),
        "--set a: year is 'soon', expected int, such as the default 2024",
    ),
    "an empty setting": (
        setting("a.year="),
        "--set a: year is '', expected int, such as the default 2024",
    ),
    "an infinite setting": (
        setting("a.share=1e999"),
        "--set a: share is '1e999', expected float, such as the default 0.5",
    ),
    "a setting no parser can hold": (
        setting("a.share=" + "-" * 100_000 + "1"),
        "--set a: share is '-----...",
    ),
    "a setting that is no text": (
        setting("a.place=\udcff"),
        "--set 'a.place=\\udcff': expected page.name=value, such as a.year=2024",
    ),
    "a scheduler that is no address": (
        ["report", "--scheduler", "here"],
        "--scheduler here: no scheduler answers there (missing port number in address 'here')",
    ),
    "a scheduler of another kind": (
        ["report", "--scheduler", "http://127.0.0.1:1"],
        "--scheduler http://127.0.0.1:1: no scheduler answers there (unknown address scheme 'http' ...",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), COMMANDS.values(), ids=COMMANDS)
def test_commands(desk, refused, arguments, message):
    refused(arguments, message)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            "03-reconcile-bls-aapc.bls_year=1900",
            "bls_year is 1900, which is none of its choices; ...",
        ),
        (
            "03-reconcile-bls-aapc.vintage=1900",
            "vintage is 1900, which is none of its choices; ...",
        ),
    ],
)
def test_values_that_the_notebooks_do_not_have(desk, refused, value, message):
    desk.with_data()
    shutil.rmtree(desk.root / "notebooks")
    shutil.copytree(ROOT / "notebooks", desk.root / "notebooks")
    shutil.copy(ROOT / "report.yml", desk.root)
    refused(setting(value), f"--set {value.partition('.')[0]}: {message}")


def test_a_table_that_is_not_described_or_traced(desk, refused):
    raw = desk.with_data()
    (raw / "new.csv").write_text("a\n1\n")
    refused(["dictionary"], "datapackage.json has no entry for new.csv")
    (raw / "new.csv").unlink()
    cell("source_id", "nobody")(raw)
    refused(["dictionary"], f"{NATION}, row 2: no source 'nobody'")


def test_a_scheduler_without_dask(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    message = "--scheduler needs Dask: pip install 'coderpay[cluster]'"
    refused(["report", "--scheduler", "tcp://127.0.0.1:1"], message)


def test_something_else_than_a_scheduler(refused):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        refused(
            ["report", "--scheduler", address],
            f"--scheduler {address}: no scheduler answers there (timed out)",
        )
    message = f"--scheduler {address}: no scheduler answers there ([Errno ..."
    refused(["report", "--scheduler", address], message)


# -- Places where nothing can be read or written: the command is a process of its own.


def small_disk(size):
    """Let no file become larger than so many bytes, as on a disk that has no more left."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def locked(*paths):
    def spoil(desk):
        for path in paths:
            (desk.root / path).mkdir(exist_ok=True)
            for below in [desk.root / path, *(desk.root / path).rglob("*")]:
                below.chmod(below.stat().st_mode & ~0o222)

    return spoil


def unreadable(path):
    return lambda desk: (desk.root / path).chmod(0)


AS_IT_WAS = "what was there is as it was"
DENIED = "[Errno 13] Permission denied: "
PLACES = {
    "a project that may not be written": (
        locked("."),
        without_privileges,
        f"{{root}}/report/a.html cannot be written ({DENIED}'{{root}}/.cache'); {AS_IT_WAS}",
    ),
    "a cache that may not be written": (
        locked(".cache"),
        without_privileges,
        f"{{root}}/report/a.html cannot be written ({DENIED}'{{root}}/.cache/scratch'); {AS_IT_WAS}",
    ),
    "a report that may not be written": (
        locked("report"),
        without_privileges,
        "{root}/report/a.html cannot be written (...",
    ),
    "a report that is a file": (
        lambda desk: desk.project.write("report", "mine"),
        None,
        f"{{root}}/report/a.html cannot be written ([Errno 17] File exists: '{{root}}/report'); {AS_IT_WAS}",
    ),
    "a plan that may not be read": (
        unreadable("report.yml"),
        without_privileges,
        f"report.yml cannot be read: {DENIED}'{{root}}/report.yml'",
    ),
    "a notebook that may not be read": (
        unreadable("notebooks/a.ipynb"),
        without_privileges,
        "a.ipynb cannot be read as a notebook: PermissionError(13, 'Permission denied')",
    ),
    "a disk with no byte left": (
        lambda desk: None,
        small_disk(0),
        "No usable temporary directory ...",
    ),
    "a disk that is full soon": (
        lambda desk: None,
        small_disk(5000),
        f"{{root}}/report/a.html cannot be written ([Errno 27] File too large); {AS_IT_WAS}",
    ),
}


@pytest.mark.parametrize(("spoil", "limit", "message"), PLACES.values(), ids=PLACES)
def test_places(desk, spoil, limit, message):
    spoil(desk)
    before = desk.contents()
    started = desk.start("report", preexec_fn=limit)
    printed, said = started.communicate(timeout=120)
    if started.returncode == 77:
        pytest.skip("this system lets root past the rights of files whatever is asked")
    assert_refused(started.returncode, printed, said, message.replace("{root}", str(desk.root)))
    assert desk.contents() == before


def test_permission_that_goes_in_the_middle_of_a_batch(desk):
    """The file is named, what was made before is kept, and the next batch makes the rest."""
    desk.project.notebook("b", "from pathlib import Path\nPath('../report').chmod(0o500)")
    desk.project.plan({"a": {}, "b": {"needs": ["a"]}})
    started = desk.start("report", "--quiet", preexec_fn=without_privileges)
    printed, said = started.communicate(timeout=120)
    (desk.root / "report").chmod(0o700)
    if started.returncode == 77:
        pytest.skip("this system lets root past the rights of files whatever is asked")
    message = f"{desk.root}/report/b.html cannot be written ({DENIED}..."
    assert_refused(started.returncode, printed, said, message)
    assert "a.html" in desk.project.made() and desk.project.ran() == ["a", "b"]
    desk.project.notebook("b", "print('all is well')")
    again = desk.start("report", "--quiet")
    assert again.communicate(timeout=120) == ("", "") and again.returncode == 0
    assert "b.html" in desk.project.made() and desk.project.ran() == ["b"]
