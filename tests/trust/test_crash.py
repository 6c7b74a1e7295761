"""A batch killed at any moment: nothing survives or is left, and the next makes it whole."""

import os
import random
import secrets
import signal
import time

import pytest
from three_pages import MARK, ThreePages, alive, gone

MOMENTS = 50
QUICK = 5


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A project of three pages, what its batch makes undisturbed, and how quickly."""
    pages = ThreePages(tmp_path_factory.mktemp("c") / "d")
    seconds = []
    for _ in range(2):  # the first one also compiles and warms the disk
        pages.clean()
        begun = time.monotonic()
        run(pages.desk)
        seconds.append(time.monotonic() - begun)
    return pages, pages.made(), seconds[-1]


def run(desk, *options):
    batch = desk.start("report", "--jobs", "2", *options)
    _, said = batch.communicate(timeout=300)
    assert batch.returncode == 0, said


@pytest.mark.parametrize(
    "number",
    [
        *range(QUICK),
        *(pytest.param(number, marks=pytest.mark.slow) for number in range(QUICK, MOMENTS)),
    ],
)
def test_a_batch_killed_at_any_moment(whole, number):
    pages, undisturbed, seconds = whole
    over_an_older_report, with_its_group = number % 2 == 1, number // 2 % 2 == 1
    if not over_an_older_report:
        pages.clean()
    mark = secrets.token_hex(8)
    options = ["--fresh"] if over_an_older_report else []
    batch = pages.desk.start(
        "report", "--jobs", "2", *options, environment={MARK: mark}, start_new_session=True
    )
    time.sleep(random.Random(number).uniform(0, seconds))
    (os.killpg if with_its_group else os.kill)(batch.pid, signal.SIGKILL)
    batch.communicate(timeout=60)
    assert gone(mark), alive(mark)
    run(pages.desk)
    assert pages.made() == undisturbed
    assert pages.left() == []
