"""Small projects to make reports of: a few notebooks, a table, a report.yml."""

import json

import yaml


class Project:
    """A project in a folder of its own; its notebooks note each run in `ran.txt`."""

    def __init__(self, root):
        self.root = root
        for folder in ("notebooks", "data/raw", "src"):
            (root / folder).mkdir(parents=True)
        self.write("requirements.lock", "locked")

    def write(self, path, text):
        (self.root / path).write_text(text, encoding="utf-8")

    def read(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def notebook(self, name, *sources, parameters="", prose="Prose."):
        cells = [("markdown", f"# Title of {name}\n\n{prose}", [])]
        if parameters:
            cells.append(("code", parameters, ["parameters"]))
        cells.append(("code", f"print('{name}', file=open('../ran.txt', 'a'))", []))
        cells += [("code", source, []) for source in sources]
        content = {
            "cells": [
                {
                    "cell_type": kind,
                    "id": f"c{number}",
                    "metadata": {"tags": tags} if tags else {},
                    "source": source,
                }
                | ({"outputs": [], "execution_count": None} if kind == "code" else {})
                for number, (kind, source, tags) in enumerate(cells)
            ],
            "metadata": {
                "kernelspec": {"name": "python3", "display_name": "", "language": "python"}
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        self.write(f"notebooks/{name}.ipynb", json.dumps(content))

    def plan(self, pages, **others):
        content = {"title": "A report", "ledger": "data/figures.csv", "pages": pages} | others
        self.write("report.yml", yaml.safe_dump(content, sort_keys=False))

    def ran(self):
        """The notebooks that have run since this was last asked."""
        path = self.root / "ran.txt"
        names = path.read_text().split() if path.exists() else []
        path.unlink(missing_ok=True)
        return sorted(names)

    def made(self):
        """The bytes of every file of the report but the record of the run."""
        report = self.root / "report"
        files = [path for path in report.rglob("*") if path.is_file() and path.name != "run.json"]
        return {path.relative_to(report).as_posix(): path.read_bytes() for path in files}
