"""What a project says of the numbers of a column, and what the ledger of a page makes of it."""

import re

import pytest

from common.errors import InputError
from pages.column_origins import ColumnOrigins, read_column_origins
from pages.number_links import Linker

HEAD = "notebook,output,column,way,source,inputs\n"
ROW = {
    "Pay": {"text": "$62,110", "figure_id": "pay"},
    "Prices": {"text": "110"},
    "Id": {"text": "OEWS-Median"},
}


def read(project, text):
    project.write("origins.csv", text)
    return read_column_origins(project.root, "origins.csv")


def origin(project, way, source, inputs=""):
    rows = read(project, f"{HEAD}01-first,pay,Real,{way},{source},{inputs}\n")
    return ColumnOrigins(rows, "01-first").of("pay", "Real", ROW)


def test_a_formula_holds_the_cells_that_it_names(project):
    found = origin(project, "arithmetic", "[Pay] / [Prices] × 100")
    assert found == {"arithmetic": [ROW["Pay"], " / ", {"text": "110"}, " × 100"]}
    assert Linker("page", "").explained(found) == (
        '<a href="ledger.html#pay" title="published">$62,110</a> / 110 × 100'
    )


def test_a_formula_with_a_column_that_is_not_there_says_so(project):
    with pytest.raises(InputError, match=r"'Real' of 'pay': there is no column 'Price'; .* Prices"):
        origin(project, "arithmetic", "[Price] × 2")


def test_a_method_has_cells_and_words_as_inputs(project):
    found = origin(project, "method", "Places", "Pay; all other places")
    assert Linker("page", "").explained(found) == (
        '<a href="methodology.html#Places">Places</a>, from '
        '<a href="ledger.html#pay" title="published">Pay: $62,110</a>, all other places'
    )


def test_a_number_of_a_table_leads_to_its_copy(project):
    found = origin(project, "table", "data/a.csv; b.csv", "Prices")
    linker = Linker("page", "", titles={"data/a.csv": "Pay & prices"})
    assert linker.explained(found) == (
        '<a href="data/a.csv">Pay &amp; prices</a> or <a href="data/b.csv">b.csv</a>, Prices: 110'
    )


def test_the_id_of_a_published_figure_is_in_small_letters(project):
    assert origin(project, "published", "[Id]-2025") == {"figure_id": "oews-median-2025"}


def test_the_narrowest_row_counts(project):
    text = "a,pay,Real,counted,one,\na,pay,,counted,two,\n,,Real,counted,three,\na,,Real,counted,4,"
    rows = read(project, HEAD + text)
    of = ColumnOrigins(rows, "a").of
    places = [("pay", "Real"), ("pay", "Other"), ("x", "Real"), ("x", "Other")]
    assert [of(*place, {}).get("counted") for place in places] == ["one", "two", "4", None]
    assert ColumnOrigins(rows, "b").of("x", "Real", {}) == {"counted": "three"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("notebook,output\na,b\n", "report.yml, origins: origins.csv has no column 'column'"),
        (f"{HEAD}a,b,c,methods,,\n", "origins.csv, row 2: way is 'methods', which is none; .*"),
        (f"{HEAD}a,b\n", "origins.csv, row 2: way is '', which is none; .*"),
    ],
)
def test_what_is_wrong_is_named(project, text, message):
    with pytest.raises(InputError, match=message):
        read(project, text)


def test_a_table_that_is_not_there_is_named(project):
    with pytest.raises(InputError, match=r"report.yml, origins: no.csv cannot be read"):
        read_column_origins(project.root, "no.csv")


def test_every_number_of_a_cell_comes_from_where_its_column_does():
    linker = Linker("page", "")
    with linker.group(1, indexed=False) as group:
        html = linker.cell("5% of 200 jobs", "Caution", of_column={"counted": "jobs"})
        linker.cell("7", "Other", origin={"given": "wage"}, of_column={"counted": "jobs"})
    assert [number.origin for number in group.numbers] == [
        {"counted": "jobs"},
        {"counted": "jobs"},
        {"given": "wage"},
    ]
    assert re.sub("<.*?>", "", html) == "5% of 200 jobs"
