"""Every text that a user or a publisher gives, hostile: the report shows it and runs nothing."""

import json

import nbformat
import pandas as pd
import pytest
import yaml
from checkout import copy_project, run

pytestmark = pytest.mark.slow

RUNS = "window.ran = true"
# Without digits: the names of cities and counties may have none.
TEXTS = [
    f"\"><script>{RUNS}</script><img src=x onerror='{RUNS}'>",
    f"</table></title><svg onload='{RUNS}'></svg>[x](javascript:{RUNS.replace(' ', '')})",
    "\u202eabc\u2066 " + "long" * 80,
    f"{{{{ x * x }}}} ${{{RUNS}}} `{RUNS}` <style>body {{ display: none }}</style>",
]
SOUGHT = {
    *("as_published", "category", "column", "component", "condition", "credential"),
    *("current_name", "expects", "formula", "group_by", "part_of", "value", "worker_group"),
    *("figure_id", "input", "period", "reference_period", "delineation"),
    *("publisher", "statistic", "subject", "unit"),
}
"""Fields whose words are read or looked for; another word there is refused with a message."""
ENDS = {"area_title", "title"}
"""Fields whose last words are read: an area's states, whom a source quotes."""
TEMPLATES = {"reason", "say_instead"}
"""Fields that name facts in braces; others in braces are doubled there."""
CELLS = [
    'text: str = ""  # any text',
    "import pandas as pd\nfrom IPython.display import HTML, Latex, Markdown, display",
    "print(text)\nprint('\\x1b[31m' + text + '\\x1b]0;title\\x07')\ndisplay(text)",
    "display(pd.DataFrame({text: [text, 'b'], 'pay': [1234.5, None]}))",
    "display(Latex('$' + text + '$'))",
    "raise ValueError(text + '\\x1b[2J\\u202e')",
]


def free_fields(package):
    """By table, its fields that may hold any text."""
    return {
        resource["path"]: [
            field["name"]
            for field in resource["schema"]["fields"]
            if field["type"] == "string"
            and not {"enum", "pattern"} & field.get("constraints", {}).keys()
            and field["name"] not in {"source_id", *resource["schema"]["primaryKey"], *SOUGHT}
        ]
        for resource in package["resources"]
    }


def fill(field, value, number):
    """A text with hostile words beside it; another every time."""
    words = TEXTS[number % len(TEXTS)]
    if field in TEMPLATES:
        words = words.replace("{", "{{").replace("}", "}}")
    beside = f"{words} {value}" if field in ENDS else f"{value} {words}"
    return beside if value else value


def fill_tables(raw):
    package = json.loads((raw / "datapackage.json").read_bytes())
    for name, fields in free_fields(package).items():
        table = pd.read_csv(raw / name, dtype=str, keep_default_na=False)
        for place, field in enumerate(fields):
            known = {
                value: fill(field, value, place + i)
                for i, value in enumerate(table[field].unique())
            }
            table[field] = table[field].map(known)
        table.to_csv(raw / name, index=False, lineterminator="\n")


def fill_package(raw):
    package = json.loads((raw / "datapackage.json").read_bytes())
    described = [package, *package["resources"]]
    for resource in package["resources"]:
        described += resource["schema"]["fields"] + resource["licenses"]
        described += resource.get("sources", [])
    for number, entry in enumerate(described):
        for field in ("title", "description", "publisher", "obtained", "weakness", "published"):
            if isinstance(entry.get(field), str):
                entry[field] = fill(field, entry[field], number)
    (raw / "datapackage.json").write_text(json.dumps(package))


def fill_plan(project):
    kernel = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    cells[0].metadata.tags = ["parameters"]
    heading = nbformat.v4.new_markdown_cell("# Any text\n\nText.\n\n## What is shown?")
    notebook = nbformat.v4.new_notebook(cells=[heading, *cells], metadata=kernel)
    nbformat.write(notebook, project / "notebooks" / "any.ipynb")
    plan = yaml.safe_load((project / "report.yml").read_text())
    plan["title"] = fill("report", plan["title"], 0) + "\x1b[31m"
    for number, sweep in enumerate(plan["sweeps"].values()):
        sweep["title"] = fill("sweep", sweep["title"], number)
    pages = {f"any-{number}": text for number, text in enumerate([*TEXTS, ""])}
    plan["pages"] |= {
        name: {"notebook": "any", "parameters": {"text": text}} for name, text in pages.items()
    }
    (project / "report.yml").write_text(yaml.safe_dump(plan, sort_keys=False))
    return pages


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of a project whose every text is hostile, what was said, and the pages of text."""
    project = copy_project(tmp_path_factory.mktemp("hostile") / "coderpay")
    fill_tables(project / "data" / "raw")
    fill_package(project / "data" / "raw")
    pages = fill_plan(project)
    made = run(project, "report", "--jobs", "2")
    return project / "report", made, pages


def test_pages_are_made_and_nothing_reaches_the_terminal(report):
    folder, made, pages = report
    entries = json.loads((folder / "run.json").read_bytes())
    assert {name for name, entry in entries.items() if entry["status"] != "made"} == {*pages}
    said = made.stdout + made.stderr
    assert "\\x1b[2J\\u202e" in said
    assert not {"\x1b", "\u202e", "\u2066", "\x07"} & set(said)


def test_no_page_runs_anything_or_is_broken(report, browser):
    folder, _, _ = report
    troubles = []
    with browser.new_context(viewport={"width": 360, "height": 900}) as context:
        page = context.new_page()
        page.on("console", lambda message: troubles.append((page.url, message.text)))
        page.on("pageerror", lambda error: troubles.append((page.url, str(error))))
        page.on("dialog", lambda dialog: (troubles.append((page.url, "dialog")), dialog.dismiss()))
        for path in sorted(folder.glob("*.html")):
            page.goto(path.as_uri())
            width = page.evaluate("document.documentElement.scrollWidth")
            seen = page.evaluate(
                """() => [window.ran, document.body.checkVisibility(),
                [...document.querySelectorAll("a")].filter((a) => a.protocol === "javascript:")
                .length, document.querySelectorAll("[onerror], [onload]").length]"""
            )
            if [width, *seen] != [360, None, True, 0, 0]:
                troubles.append((path.name, width, seen))
    assert troubles == []
    assert any("&lt;script&gt;window.ran" in path.read_text() for path in folder.glob("*.html"))


def test_no_download_is_reckoned_with(report):
    folder, _, _ = report
    for path in [*folder.rglob("*.csv"), *(folder.parent / "data" / "processed").glob("*.csv")]:
        cells = pd.read_csv(path, dtype=str, header=None, keep_default_na=False).stack()
        begun = cells[cells.str.match(r"[=@\t\r]|[+-][^\d.]")]
        assert list(begun) == [], path
