"""Rules that hold for every input: of printed figures, verdicts, records and the plan."""

import itertools
import string
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from projects import Project

from analysis.methods.audit import audit, collect_evidence
from analysis.published.ledger import read_printed
from analysis.published.printed import Expression, parse_expression
from analysis.published.raw_tables import load_aapc, load_places, load_table
from common.errors import InputError, nearest
from common.safe_files import digest
from pages.page_records import Excerpts, Record, Records
from pages.plan import Page, read_plan

whole = st.integers(0, 10**7)
cents = st.decimals(0, 10**6, places=2).map(float)


class TestPrintedFigures:
    @given(cents, st.sampled_from(["", "over ", "More than ", "at least ", "about ", "around "]))
    def test_an_amount_comes_back(self, value, words):
        expected = Expression(
            value, None, words.strip().lower() in ("over", "more than", "at least"), "$"
        )
        assert parse_expression(f"{words}${value:,.2f}") == expected

    @given(whole, st.sampled_from(["%", " years", "-year", " Months", "-month"]))
    def test_a_share_or_a_time_comes_back(self, value, unit):
        mark = unit.strip(" -").lower().removesuffix("s")
        assert parse_expression(f"{value}{unit}") == Expression(value, None, False, mark)

    @given(
        whole,
        whole,
        st.sampled_from(["%", " years", " months"]),
        st.sampled_from(["-", "–", " to ", " and "]),
    )
    def test_a_range_comes_back_and_never_runs_down(self, low, high, unit, dash):
        text = f"{low}{dash}{high}{unit}"
        if low > high:
            with pytest.raises(InputError, match="expected the low end first"):
                parse_expression(text)
        else:
            found = parse_expression(text)
            assert (found.low, found.high, found.open_ended) == (low, high, False)

    @given(whole, st.sampled_from(["+", " or more", " or higher"]))
    def test_an_open_end_is_kept(self, value, plus):
        assert parse_expression(f"${value:,}{plus}") == Expression(value, None, True, "$")

    @given(st.text(string.digits + ",.", min_size=1, max_size=12))
    def test_commas_stand_for_thousands_or_nothing_is_read(self, text):
        try:
            found = parse_expression(text)
        except InputError:
            return
        assert found.low == float(text.replace(",", ""))
        whole, *groups = text.partition(".")[0].split(",")
        assert len(whole) <= 3 or not groups
        assert all(len(group) == 3 for group in groups)

    @given(st.text(max_size=10), st.lists(st.text(min_size=1, max_size=10), min_size=1, max_size=5))
    def test_the_hint_of_an_error_names_options_only(self, value, options):
        words, _, names = nearest(value, options).partition(": ")
        assert words in ("; the nearest are", "; for example")
        assert any(", ".join(some) == names for some in orders(options))


def orders(options):
    """Every order of up to three of the options."""
    return (some for count in (1, 2, 3) for some in itertools.permutations(options, count))


class TestVerdicts:
    def taken(self):
        oews = load_places()
        evidence = collect_evidence(oews, load_aapc(), load_table("place-names.csv"))
        return read_printed("data/raw/guide-figures.csv"), evidence

    def judged(self, printed, evidence):
        rules, reasons = load_table("audit-rules.csv"), load_table("audit-reasons.csv")
        return audit(printed, evidence, rules, reasons)[0].set_index("claim_id").sort_index()

    @pytest.mark.parametrize("seed", [1, 2])
    def test_no_verdict_hangs_on_the_order_of_rows(self, seed):
        printed, evidence = self.taken()
        shuffled = printed.sample(frac=1, random_state=seed).reset_index(drop=True)
        figures = evidence.figures.sample(frac=1, random_state=seed)
        found = self.judged(shuffled, replace(evidence, figures=figures))
        columns = ["verdict", "claimed", "reference"]
        pd.testing.assert_frame_equal(found[columns], self.judged(printed, evidence)[columns])


names = st.text(string.ascii_lowercase, min_size=1, max_size=3)
values = st.one_of(st.integers(), st.floats(allow_nan=False), st.text(max_size=5), st.booleans())
quick = settings(max_examples=50, suppress_health_check=list(HealthCheck))


def page(parameters, title="A"):
    return Page("a", "notebooks/a.ipynb", title, 1.0, parameters=parameters)


def record(page, inputs, outputs):
    return Record(
        status="made",
        notebook=page.notebook,
        parameters=page.parameters,
        title=page.title,
        summary="",
        error="",
        traceback="",
        inputs=inputs,
        versions={"python": "3"},
        outputs=outputs,
        tables=[],
        excerpts=Excerpts(),
    )


class TestRecords:
    @quick
    @given(
        files=st.dictionaries(names, st.binary(max_size=8), min_size=1, max_size=4), data=st.data()
    )
    def test_a_page_is_kept_until_a_byte_it_rests_on_changes(self, tmp_path_factory, files, data):
        root = tmp_path_factory.mktemp("c")
        for name, content in files.items():
            (root / name).write_bytes(content)
        known = {name: digest(root / name) for name in files}
        ends = data.draw(st.sets(st.sampled_from(sorted(files))))
        made = record(
            page({}), {n: d for n, d in known.items() if n not in ends}, {n: known[n] for n in ends}
        )
        assert Records(root, {"python": "3"}).reason(page({}), made) == ""
        assert Records(root, {"python": "4"}).reason(page({}), made) == "changed: python"
        name = data.draw(st.sampled_from(sorted(files)))
        (root / name).write_bytes(files[name] + b"x")
        assert name in Records(root, {"python": "3"}).reason(page({}), made)
        (root / name).unlink()
        assert name in Records(root, {"python": "3"}).reason(page({}), made)

    @given(st.dictionaries(names, values, min_size=1, max_size=4), st.data())
    def test_any_other_value_of_a_parameter_makes_the_page_again(self, parameters, data):
        name = data.draw(st.sampled_from(sorted(parameters)))
        other = data.draw(values.filter(lambda value: value != parameters[name]))
        records, made = Records(Path(), {"python": "3"}), record(page(parameters), {}, {})
        assert records.reason(page(parameters), made) == ""
        assert records.reason(page(parameters | {name: other}), made).startswith(
            f"parameters changed: {name} "
        )

    @quick
    @given(st.dictionaries(names, values, max_size=4))
    def test_a_record_comes_back_from_disk(self, tmp_path_factory, parameters):
        records = Records(tmp_path_factory.mktemp("c"), {"python": "3"})
        made = record(page(parameters), {"a": "1"}, {"b": "2"})
        records.save("a", made)
        assert records.load("a") == made


few = st.sampled_from("abcde")  # so that most of what is needed is there


class TestPlan:
    @quick
    @given(st.dictionaries(few, st.lists(few, max_size=2, unique=True), min_size=1))
    def test_every_page_comes_after_those_it_needs_or_the_plan_is_refused(
        self, tmp_path_factory, needs
    ):
        project = Project(tmp_path_factory.mktemp("p") / "p")
        for name in needs:
            project.notebook(name)
        project.plan({name: {"needs": list(of)} for name, of in needs.items()})
        try:
            order = list(read_plan(project.root).pages)
        except InputError as error:
            unknown = set().union(*needs.values()) - set(needs)
            assert ("is not a page" in str(error)) if unknown else ("in a circle" in str(error))
            return
        assert sorted(order) == sorted(needs)
        assert all(order.index(of) < order.index(name) for name in needs for of in needs[name])

    @quick
    @given(st.lists(st.text(max_size=8), min_size=1, max_size=4, unique=True))
    def test_a_sweep_makes_a_page_a_value_whose_name_stays_in_its_folder(
        self, tmp_path_factory, over
    ):
        project = Project(tmp_path_factory.mktemp("p") / "p")
        project.notebook("a", parameters='place: str = "US"\noutput_dir: str = ""')
        sweep = {"title": "All", "notebook": "a", "over": {"place": over}}
        project.plan({}, sweeps={"all": sweep})
        try:
            pages = read_plan(project.root).pages.values()
        except InputError as error:
            assert "two pages would be called" in str(error)
            return
        assert [page.parameters["place"] for page in pages] == over
        allowed = set(string.ascii_lowercase + string.digits + "-")
        assert all(set(page.name) <= allowed for page in pages)
        assert all(page.parameters["output_dir"] == f"report/{page.name}" for page in pages)
