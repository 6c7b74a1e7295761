"""Every sentence of a reason that compares agrees with its amounts, whatever a guide prints.

A reason is made of known sentences. What is left of it once these are taken out compares nothing.
"""

import csv
import functools
import re

import pytest

from analysis.methods.audit import audit
from analysis.methods.audit_evidence import collect_evidence, read_statements
from analysis.published.ledger import read_printed
from analysis.published.paths import RAW
from analysis.published.raw_tables import load_aapc, load_oews, load_places, load_table

GUIDE = "data/raw/guide-figures.csv"
MONEY = r"\$([\d,]+)"
COMPARING = re.compile(
    r"\b(above|below|between|beyond|higher|lower|less|more|most|too|high|low|outside|inside|nearly"
    r"|half|rose|fell|overlap|least|changed|agrees)\b"
)
FACTORS = (0.5, 0.93, 0.98, 1.0, 1.06, 1.6)


def amount(text):
    return float(text.replace(",", ""))


def cells():
    """The coders' cells of the raw tables by place, May and statistic."""
    found = {}
    for level in ("national", "state", "area"):
        with (RAW / f"oews-{level}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["soc_code"] == "29-2072" and row.get("naics", "000000") == "000000":
                    found[row["area_title"], row["year"]] = row
    return found


CELLS = cells()
STATISTIC = {"mean": "annual_mean", "median": "annual_median"} | {
    f"{rank}th percentile": f"annual_p{rank}" for rank in (10, 25, 75, 90)
}


def official_cell(claim, statistic, place, may, reference, distance, way):
    cell = CELLS[place, may[-4:]]
    assert amount(reference) == float(cell[STATISTIC[statistic]]) == claim.reference
    assert amount(distance) == abs(claim.claimed - claim.reference)
    assert (way == "high") == (claim.claimed > claim.reference)


def within_margin(claim):
    error = float(
        CELLS["U.S." if claim.subject == "national" else claim.category, "2023"]["mean_rse"]
    )
    assert abs(claim.claimed - claim.reference) <= 1.645 * error / 100 * claim.reference


def between_editions(claim, before, after):
    assert min(amount(before), amount(after)) <= claim.claimed <= max(amount(before), amount(after))


def beyond_editions(claim, before, after, how):
    low, high = sorted([amount(before), amount(after)])
    assert not low <= claim.claimed <= high
    assert (how == "far") == (not 0.9 * low <= claim.claimed <= 1.1 * high)


def above(claim, other):
    assert claim.claimed > amount(other)


def above_its_source(claim, wage, end, best_paid):
    assert amount(wage) > amount(end)
    assert best_paid is None or amount(best_paid) < amount(wage)


def of_two(claim, lower, upper):
    assert amount(lower) > amount(upper)


def fits(claim, lower, upper):
    assert amount(lower) <= amount(upper)


def mean_beside_mean(claim, mean, median, gap, against, side, official):
    assert amount(gap) == abs(amount(mean) - amount(median))
    distance = amount(mean) - amount(official)
    assert amount(official) == float(CELLS["U.S.", "2023"]["annual_mean"])
    assert (amount(against), side) == (abs(distance), "above" if distance > 0 else "below")


def placed(claim, share, wage):
    cell, share = CELLS["U.S.", "2023"], int(share) / 100
    for rank in (10, 25, 75, 90):
        if float(cell[f"annual_p{rank}"]) < amount(wage):
            assert share >= rank / 100 - 0.005
        else:
            assert share <= rank / 100 + 0.005


def inside_groups(claim, whole, low, high):
    assert amount(low) <= amount(whole) <= amount(high)


def outside_groups(claim, whole, low, high):
    assert not amount(low) <= amount(whole) <= amount(high)


def capped(claim, bound, others, share):
    above_others = claim.claimed > amount(others)
    assert (bound == "less") == above_others
    assert 0 <= float(share) <= 100


def capped_below(claim, share, bound, others):
    capped(claim, bound, others, share)


def in_region(claim, mean, nation):
    lower = amount(mean) < amount(nation)
    assert claim.verdict == ("confirmed" if lower else "contradicted")


def employers(claim, hospitals, lower, higher):
    assert all(amount(pay) < amount(hospitals) for pay in re.findall(rf"\({MONEY}\)", lower))
    assert all(amount(pay) > amount(hospitals) for pay in re.findall(rf"\({MONEY}\)", higher or ""))
    assert claim.verdict == ("contradicted" if higher else "confirmed")


def too_low(claim, every):
    assert claim.claimed < float(every)


def changes(claim, change, least, most):
    inside = float(least) <= float(change) <= float(most)
    assert inside == (claim.verdict != "implausible")


def of_education(claim, gap, how):
    assert (how == "agrees") == (amount(gap) >= claim.claimed)


def anything(claim, *_):
    """A sentence that compares nothing of its own, such as how far others moved."""


SENTENCES = [
    (
        rf"BLS's ([\w ]+?) \((.+?), (May \d+)\) is {MONEY}; the claim is {MONEY} too (high|low) "
        r"\([^;]+; [^)]+\)\.",
        official_cell,
    ),
    (
        r"That is inside BLS's own sampling error: a wrong figure, but not a wrong picture\.",
        within_margin,
    ),
    (
        rf"It lies between AAPC's figures of other editions, {MONEY} \([^)]+\) and {MONEY} "
        r"\([^)]+\);",
        between_editions,
    ),
    (
        rf"AAPC's figures of other editions were {MONEY} \([^)]+\) and {MONEY} \([^)]+\); it lies "
        r"(far beyond|a little beyond) (?:both|them)\.",
        lambda claim, before, after, how: beyond_editions(claim, before, after, how.split()[0]),
    ),
    (rf"It is above the {MONEY} of members with (?:one credential|[\w ]+ credentials), and", above),
    (
        rf"{MONEY} is above {MONEY}, where the range ends that the guide quotes from "
        rf"[\w.]+ for all "
        rf"coders\.(?: Even members with [\w ]+ credentials average {MONEY}\.)?",
        above_its_source,
    ),
    (rf"The [\w ]+, {MONEY}, is above the [\w ]+, {MONEY}\.", of_two),
    (rf"Fits its own range: [\w ]+ {MONEY}, [\w ]+ {MONEY}\.", fits),
    (
        rf"{MONEY} is a mean and {MONEY} a median, so their gap of {MONEY} compares unlike "
        rf"things\. "
        rf"Mean against mean it is {MONEY} (above|below) BLS's for May 2023, {MONEY}"
        r"(?:, of which a part may be the year between them)?;",
        mean_beside_mean,
    ),
    (
        r"About (\d+)% of BLS's medical-records jobs \(29-2072, May 2023\) paid less than "
        rf"{MONEY}\.",
        placed,
    ),
    (
        rf"the average of all, {MONEY}, lies between {MONEY} and {MONEY}, and that needs",
        inside_groups,
    ),
    (
        rf"The average of all, {MONEY}, does not lie between its groups' {MONEY} and {MONEY};",
        outside_groups,
    ),
    (
        rf"If members without it average no (less|more) than {MONEY}, at most ([\d.]+)% hold it\.",
        capped,
    ),
    (
        rf"Consistent if at most ([\d.]+)% of members hold it \(the others averaging no "
        rf"(less|more) "
        rf"than {MONEY}\)\.",
        capped_below,
    ),
    (rf"The mean of the \w+, weighted by jobs, is {MONEY}; the nation's is {MONEY}", in_region),
    (
        rf"Hospitals' mean, {MONEY} in May \d+, is above those of (.+?)"
        r"(?:, but below those of (.+))?\.$",
        employers,
    ),
    (r"As total compensation it is too low: all benefits were (\d+)%\.", too_low),
    (
        r"a change of ([+-][\d.]+)% from the claim; of \d+ places with both Mays all but the two "
        r"furthest out changed by ([+-][\d.]+)% to ([+-][\d.]+)%\.",
        changes,
    ),
    (rf"AAPC's [\w ]+ had a difference of {MONEY}, which (agrees|is less);", of_education),
    (r"Between editions the other groups' ratios moved by [\d.]+ at most\.", anything),
    (r"Nobody fits between", anything),
    (r"\([^()]*\) overlap, so one coder fits both\.", anything),
    (r"none of a later year|for a later year", anything),
    (r"a figure picked at random in this range meets one of those searched about once", anything),
]


@pytest.fixture(scope="module")
def judge():
    rules, reasons = load_table("audit-rules.csv"), load_table("audit-reasons.csv")
    oews = load_places()
    oews, industry = (
        table[table["soc_code"].isin(["29-2072", "43-3021"])]
        for table in (oews, load_oews("industry"))
    )

    @functools.cache
    def evidence(southeast, hospitals):
        """The tables with other means in five states of the Southeast, and in hospitals."""
        south = oews["area_code"].isin(["US-FL", "US-GA", "US-NC", "US-TN", "US-VA"])
        hospital = industry["naics"].eq("622000")
        return collect_evidence(
            oews.assign(annual_mean=oews["annual_mean"] * (1 + (southeast - 1) * south)),
            load_aapc(),
            load_table("place-names.csv"),
            load_table("regional-price-parities.csv"),
            industry.assign(annual_mean=industry["annual_mean"] * (1 + (hospitals - 1) * hospital)),
        )

    def judged(printed, southeast=1.0, hospitals=1.0):
        held = evidence(southeast, hospitals)
        return audit(printed, held, rules, reasons, read_statements(GUIDE)).claims

    return judged


def times(guide, factor):
    """The guide with every amount so many times as high."""

    def scaled(found):
        return f"${round(amount(found[1]) * factor, -1):,.0f}"

    return guide.assign(as_published=guide["as_published"].str.replace(MONEY, scaled, regex=True))


def assert_agrees(claims):
    seen = set()
    for claim in claims.itertuples():
        rest = claim.reason
        for pattern, check in SENTENCES:
            for found in re.finditer(pattern, rest):
                check(claim, *found.groups())
                seen.add(pattern)
            rest = re.sub(pattern, " ", rest)
        assert not COMPARING.search(rest), (claim.claim_id, rest)
    return seen


@pytest.mark.parametrize("factor", FACTORS)
def test_every_comparison_of_a_reason_is_that_of_its_amounts(factor, judge):
    seen = assert_agrees(judge(times(read_printed(GUIDE), factor)))
    assert len(seen) >= 10


@pytest.mark.parametrize(("southeast", "hospitals"), [(1.5, 1.3), (0.7, 0.5)])
def test_so_is_that_of_a_sentence_of_the_guide(southeast, hospitals, judge):
    claims = judge(read_printed(GUIDE), southeast, hospitals)
    assert_agrees(claims)
    verdicts = claims.set_index("claim_id")["verdict"]
    expected = "contradicted" if southeast > 1 else "confirmed"
    assert verdicts["guide-says-southeast"] == expected


@pytest.mark.parametrize(("share", "short"), [("20-30%", True), ("25-50%", False)])
def test_benefits_are_too_low_only_below_all_benefits(share, short, judge):
    guide = read_printed(GUIDE)
    own = guide["figure_id"] == "guide-benefit-total"
    claims = judge(guide.assign(as_published=guide["as_published"].mask(own, share)))
    reasons = claims.loc[claims["statement_id"] == "guide-benefit-total", "reason"]
    assert reasons.str.contains("it is too low").all() == short
    assert reasons.str.contains("ll benefits were 42%").all()


@pytest.mark.parametrize(
    ("mean", "year", "said"),
    [
        ("$50,000", "2024 survey", "$3,690 below BLS's"),
        ("$53,690", "2023 survey", "the same as BLS's"),
        ("$64,710", "2026 survey", "$11,020 above BLS's"),
    ],
)
def test_a_gap_is_on_the_side_that_it_is_and_years_are_counted(mean, year, said, judge):
    guide = read_printed(GUIDE)
    own = guide["figure_id"] == "guide-aapc-mean"
    guide = guide.assign(
        as_published=guide["as_published"].mask(own, mean),
        period=guide["period"].mask(own, year),
    )
    reason = judge(guide).set_index("claim_id").at["guide-gap", "reason"]
    assert said in reason
    passed = {"2023": None, "2024": "the year between", "2026": "the 3 years between"}[year[:4]]
    assert ("between them" in reason) == (passed is not None)
    assert passed is None or passed in reason


def test_the_group_with_the_highest_mean_is_the_one_named(judge):
    guide = read_printed(GUIDE)
    own = guide["figure_id"] == "guide-credentials-two"
    claims = judge(guide.assign(as_published=guide["as_published"].mask(own, "$80,500")))
    reason = claims.set_index("claim_id").at["guide-credential-cic", "reason"]
    assert "above the $80,500 of members with two credentials" in reason
