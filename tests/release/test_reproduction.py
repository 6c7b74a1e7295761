"""An archive made anew elsewhere: equal, or the place of each difference; and no other archives."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from common.errors import InputError
from release.differences import differences
from release.reproduction import reproduce

# A project's program, which make runs: it writes one file of each kind and the manifest.
PROGRAM = """
import hashlib, json, platform, sys
from pathlib import Path

value = Path("data/raw/pay.csv").read_text().split(",")[1].strip()
version = platform.python_version()
cells = [{"cell_type": "code", "outputs": [{"data": {"text/plain": f"Pay is {value}"}}]}]
language = {"language_info": {"version": version}}
files = {
    "data/processed/pay.csv": f"place,pay\\nOhio,{value}\\n",
    "report/charts/pay.svg": f"<svg>\\n<text>{value}</text>\\n</svg>\\n",
    "report/notebooks/pay.ipynb": json.dumps({"cells": cells, "metadata": language}),
    "report/pay.html": f"<h1>Pay</h1>\\n<p>{value}</p>\\n",
    "report/index.html": f"<p>Made with Python {version}</p>\\n",
}
for path, text in files.items():
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)
Path("report/made.txt").write_text(" ".join(sys.argv[1:]))
digests = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in files.items()}
page = {
    "status": "made", "notebook": "notebooks/pay.ipynb", "title": "Pay", "summary": "",
    "parameters": {}, "inputs": {}, "outputs": digests, "tables": ["data/processed/pay.csv"],
}
manifest = {"title": "", "pages": {"pay": page}, "outputs": {}, "versions": {"Python": version}}
Path("report/manifest.json").write_text(json.dumps(manifest))
"""
MAKEFILE = ".PHONY: report\nreport:\n\t@$(PYTHON) program.py $(PAGES)\n"
SOURCES = {
    "Makefile": MAKEFILE,
    "program.py": PROGRAM,
    "data/raw/pay.csv": "pay,48780\n",
    "requirements.lock": "",
    "ro-crate-metadata.json": "{}",
}


def zipped(path, contents):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    """The files of a small project and what its program made of them."""
    root = tmp_path_factory.mktemp("project")
    for name, text in SOURCES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    subprocess.run([sys.executable, "program.py"], cwd=root, check=True)
    files = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def made_anew(tmp_path, contents, **changes):
    archive = zipped(tmp_path / "a.zip", contents | changes)
    return reproduce(archive, tmp_path / "anew")


def test_what_is_made_anew_is_equal(tmp_path, contents):
    found = made_anew(tmp_path, contents)
    assert found.differences == []
    assert list(found.lines()) == [
        "1 notebooks, 2 pages, 1 pictures, 1 tables compared: 5 of 5 files are equal"
    ]
    assert (tmp_path / "anew/report/made.txt").read_text() == "pay"  # the pages of the archive


def test_what_notebooks_make_is_not_taken_from_the_archive(tmp_path, contents):
    program = PROGRAM + "\nPath('report/pay.html').unlink()\n"
    found = made_anew(tmp_path, contents, **{"program.py": program})
    assert [(each.file, each.found) for each in found.differences] == [
        ("report/pay.html", "(missing)")
    ]


def test_each_place_that_differs_is_named_with_both_values(tmp_path, contents):
    found = made_anew(tmp_path, contents, **{"data/raw/pay.csv": b"pay,48790\n"})
    assert list(found.lines()) == [
        "data/processed/pay.csv, row 2, column pay: 48780 in the archive, 48790 here",
        "report/charts/pay.svg, row 2: <text>48780</text> in the archive, <text>48790</text> here",
        "report/notebooks/pay.ipynb, cells[0].outputs[0].data.text/plain: "
        "Pay is 48780 in the archive, Pay is 48790 here",
        "report/pay.html, row 2: <p>48780</p> in the archive, <p>48790</p> here",
        "1 notebooks, 2 pages, 1 pictures, 1 tables compared: 1 of 5 files are equal",
    ]


def test_which_python_it_was_made_with_is_a_note_and_no_difference(tmp_path, contents):
    version = ".".join(map(str, sys.version_info[:3])).encode()
    older = {
        name: content.replace(version, b"3.10.1") if name.startswith("report/") else content
        for name, content in contents.items()
    }
    found = made_anew(tmp_path, older)
    assert found.differences == []
    assert found.notes == [f"Python is {version.decode()} here; the archive: 3.10.1"]


def test_a_report_that_cannot_be_made_is_a_difference(tmp_path, contents):
    found = made_anew(tmp_path, contents, Makefile=".PHONY: report\nreport:\n\t@exit 3\n")
    assert next(found.lines()) == (
        "make report, exit code: 0 in the archive, 2; it wrote no report/manifest.json here"
    )


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        (b"a,b\n1,2\n", b"a,b\n1,2\n3,4\n", "row 3"),
        (b"a,b\n1,2\n", b"a,c\n1,2\n", "row 1, column b"),
        (b"a,b\n1,2\n", b"a,b\n1,2,3\n", "row 2, column number 3"),
        (b'a\n"x\ny"\n', b'a\n"x\nz"\n', "row 2, column a"),
    ],
)
def test_a_table_is_compared_cell_by_cell(before, after, place):
    assert [each.place for each in differences("t.csv", before, after)] == [place]


def test_bytes_that_differ_without_a_cell_that_does_are_a_difference():
    assert [each.place for each in differences("t.csv", b"a\n1\n", b"a\r\n1\r\n")] == ["its bytes"]


def test_of_a_long_text_the_part_around_the_difference_is_shown():
    before, after = b"<p>" + b"x" * 900 + b"48780", b"<p>" + b"x" * 900 + b"48790"
    (found,) = differences("p.html", before, after)
    assert found.expected.endswith("48780")
    assert found.found.endswith("48790")
    assert len(found.expected) < 100


def unsafe(name, kind=0o100644):
    member = zipfile.ZipInfo(name)
    member.external_attr = kind << 16
    return member


@pytest.mark.parametrize(
    "member",
    [
        unsafe("../escaped"),
        unsafe("/tmp/escaped"),
        unsafe("a/../../escaped"),
        unsafe("C:\\escaped"),
        unsafe("link", 0o120777),
    ],
    ids=["up", "absolute", "up later", "Windows", "link"],
)
def test_what_would_land_outside_the_folder_is_refused(tmp_path, contents, member):
    archive = zipped(tmp_path / "a.zip", contents)
    with zipfile.ZipFile(archive, "a") as open_archive:
        open_archive.writestr(member, "x")
    with pytest.raises(InputError, match="would write outside its folder"):
        reproduce(archive, tmp_path / "anew")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


def test_a_name_twice_is_refused(tmp_path, contents):
    archive = zipped(tmp_path / "a.zip", contents)
    with zipfile.ZipFile(archive, "a") as open_archive, pytest.warns(UserWarning, match="Dup"):
        open_archive.writestr("Makefile", "report:\n")
    with pytest.raises(InputError, match="holds Makefile more than once"):
        reproduce(archive, tmp_path / "anew")


@pytest.mark.parametrize("missing", ["ro-crate-metadata.json", "report/manifest.json", "Makefile"])
def test_a_zip_of_something_else_is_refused(tmp_path, contents, missing):
    others = {name: content for name, content in contents.items() if name != missing}
    with pytest.raises(InputError, match=f"a.zip has no {missing}; expected an archive that"):
        reproduce(zipped(tmp_path / "a.zip", others), tmp_path / "anew")
    assert not (tmp_path / "anew").exists()


def test_a_manifest_of_something_else_is_refused(tmp_path, contents):
    with pytest.raises(InputError, match=r"a\.zip, report/manifest\.json is no manifest of a rep"):
        made_anew(tmp_path, contents, **{"report/manifest.json": "[]"})


def command(path):
    program = Path(sys.executable).with_name("coderpay")
    return subprocess.run([program, "reproduce", path], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-200]), "cut short"),
        (lambda path: path.write_bytes(b""), "empty (0 bytes)"),
        (lambda path: path.write_text("no archive"), "no Excel or zip file"),
        (
            lambda path: path.write_bytes(path.read_bytes().replace(b"<p>48780", b"<p>48781")),
            "is damaged (report/pay.html: Bad CRC-32",
        ),
    ],
    ids=["cut", "empty", "a text", "changed"],
)
def test_the_command_refuses_what_is_no_archive_with_code_2(tmp_path, contents, damage, said):
    archive = zipped(tmp_path / "a.zip", contents)
    damage(archive)
    ended = command(archive)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


def test_the_command_ends_with_0_if_all_is_equal_1_if_not_and_2_if_the_folder_is_taken(
    tmp_path, contents
):
    archive = zipped(tmp_path / "a.zip", contents)
    assert command(archive).returncode == 0
    ended = command(archive)
    assert ended.returncode == 2
    assert "a-reproduced exists; expected the name of a new folder" in ended.stderr
    shutil.rmtree(tmp_path / "a-reproduced")
    zipped(archive, contents | {"data/raw/pay.csv": b"pay,1\n"})
    ended = command(archive)
    assert ended.returncode == 1
    assert "column pay: 48780 in the archive, 1 here" in ended.stdout
