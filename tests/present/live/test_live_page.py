import json
import re

import pytest
from exported import notebook, page, report_of

from analysis.present.live.live_part import LivePart, script_of
from analysis.published.paths import ROOT
from common.errors import InputError
from common.notebook_contract import LIVE_MIME

HOSTILE = '</script><img src=x onerror="window.ran = 1"><!-- & "quoted" \'single\''
SCRIPT = """
for (const root of document.querySelectorAll('[data-live="echo"]')) {
  root.textContent = JSON.parse(root.querySelector("script").textContent).said;
}
"""


def part(name="echo", said=HOSTILE, script=SCRIPT, style=""):
    content = {"kind": "echo", "name": name, "label": said, "script": script, "style": style}
    table = {"columns": ["a"], "rows": [[said]]}
    return LivePart({**content, "data": {"said": said}, "text": [said], "table": table})


def report(tmp_path, *parts):
    """The page and the first page made of live parts."""
    cells = [(part._repr_mimebundle_(), "index") for part in parts]
    files = report_of([(page(), cells)], tmp_path)
    (tmp_path / "report").mkdir(exist_ok=True)
    for name in ("one.html", "index.html"):
        (tmp_path / "report" / name).write_text(files[name])
    return files


@pytest.mark.parametrize("name", ["one.html", "index.html"])
def test_a_page_runs_its_own_scripts_and_no_other_and_asks_for_nothing(browser, tmp_path, name):
    report(tmp_path, part("first"), part("second", "plain"))
    shown = browser.new_page()
    asked = []
    shown.on("request", lambda request: asked.append(request))
    shown.goto((tmp_path / "report" / name).as_uri())
    assert shown.locator("#first").inner_text() == HOSTILE
    assert shown.locator("#second").inner_text() == "plain"
    shown.evaluate("""() => {
      for (const [name, words] of [["script", { textContent: "window.ran = 1" }],
          ["img", { src: "https://example.org/a.png" }]]) {
        document.body.append(Object.assign(document.createElement(name), words));
      }
      const button = document.createElement("button");
      button.setAttribute("onclick", "window.ran = 1");
      button.click();
    }""")
    assert shown.evaluate("window.ran") is None
    shown.wait_for_timeout(100)
    beyond = [request for request in asked if not request.url.startswith("file:")]
    assert [request.failure for request in beyond] == ["csp"]


def test_a_script_stands_in_a_page_once(tmp_path):
    html = report(tmp_path, part("first"), part("second"))["one.html"]
    assert html.count(SCRIPT) == 1
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    assert "default-src 'none'" in policy
    assert policy.count("'sha256-") == 2
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.split("script-src")[1]


@pytest.mark.parametrize("script", ["a</SCRIPT>", "<!--", "a\r\nb"])
def test_a_script_that_would_end_early_is_refused(tmp_path, script):
    with pytest.raises(InputError, match="live part 'echo': its script holds"):
        report(tmp_path, part(script=script))


def test_without_a_script_the_text_stands_there_as_text(browser, tmp_path):
    report(tmp_path, part())
    shown = browser.new_page(java_script_enabled=False)
    shown.goto((tmp_path / "report" / "one.html").as_uri())
    assert HOSTILE in shown.locator("#echo p").inner_text()
    assert shown.locator("img").count() == 0


def test_jupyterlab_gets_the_same_without_the_page_s_address(tmp_path):
    bundle = part()._repr_mimebundle_()
    assert "data-address" not in bundle["text/html"]
    assert "data-address" in report(tmp_path, part())["one.html"]
    assert bundle["text/plain"] == HOSTILE
    assert notebook((bundle,)).cells[1].outputs[0].data[LIVE_MIME]["kind"] == "echo"


def test_the_data_of_a_part_travel_once():
    bundle = part(said="a long table")._repr_mimebundle_()
    assert json.dumps(bundle).count('{\\"said\\":\\"a long table\\"}') == 1
    assert "a long table" not in json.dumps(bundle[LIVE_MIME])


def test_a_module_holds_at_most_fifteen_kilobytes():
    live = ROOT / "src" / "analysis" / "present" / "live"
    sizes = {path.name: path.stat().st_size for path in live.glob("*.js")}
    assert len(sizes) > 7
    assert {name: size for name, size in sizes.items() if size > 15_000} == {}


def test_modules_travel_as_one_without_what_only_files_need():
    script = script_of(("arithmetic", "normal", "elements", "bridge_model", "bridge"))
    assert not re.search(r"^(import|export)\b|\beval\b|fetch\(|innerHTML", script, re.MULTILINE)
