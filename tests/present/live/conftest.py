"""A browser for live parts, and the tables that they are made of."""

import pandas as pd
import pytest

from analysis.methods.bridge import vintage_inputs
from analysis.methods.place_profile import of_one_may
from analysis.present.live.live_part import script_of
from analysis.published.package import sources
from analysis.published.paths import PROCESSED
from analysis.published.raw_tables import load_oews, load_places, load_table


@pytest.fixture(scope="module")
def modules(browser, tmp_path_factory):
    """Open a page that holds modules: `modules(names, exports)` gives it, with `tested.export`."""
    folder = tmp_path_factory.mktemp("modules")

    def open_page(names, exports):
        code = f"{script_of(names)}\nglobalThis.tested = {{ {', '.join(exports)} }};"
        path = folder / f"{'-'.join(names)}.html"
        path.write_text(f'<!DOCTYPE html><script type="module">{code}</script>')
        page = browser.new_page()
        page.goto(path.as_uri())
        page.wait_for_function("globalThis.tested", timeout=5000)
        return page

    return open_page


@pytest.fixture
def show(browser, tmp_path):
    """Show a live part as JupyterLab does, or in a page with an address: `show(part, "#...")`."""

    def open_page(part, address="", **context):
        html = part._repr_mimebundle_()["text/html"]
        path = tmp_path / "part.html"
        html = html.replace("data-live=", "data-address data-live=", 1)
        path.write_text(f"<!DOCTYPE html><meta charset=utf-8><main>{html}</main>")
        page = browser.new_page(**context)
        page.goto(path.as_uri() + address)
        return page

    return open_page


@pytest.fixture(scope="session")
def bridge_tables():
    """The tables of the bridge, and the published inputs of the edition of 2024."""
    names = ("bridge-steps", "bridge-vintages", "assumptions", "scenarios")
    loaded = {name: load_table(f"{name}.csv") for name in names}
    figures = pd.read_csv(PROCESSED / "figures.csv", usecols=["figure_id", "value", "source_id"])
    oews = load_oews("national")
    loaded["inputs"] = vintage_inputs(loaded["bridge-vintages"], 2024, oews, figures, sources())
    return loaded


@pytest.fixture(scope="session")
def places():
    """The newest pay of every place, with a made-up caution, and the tables beside it."""
    oews = load_places()
    pay = of_one_may(oews)
    few = pay["employment"] < 100
    names = ("states", "regional-price-parities", "percentile-accuracy", "counties", "cities")
    loaded = {name: load_table(f"{name}.csv") for name in (*names, "zip-areas")}
    return loaded | {"pay": pay.assign(caution=few.map({True: "Few <jobs>.", False: ""}))}
