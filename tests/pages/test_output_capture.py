"""Printed text is kept up to a limit, and what is left out is counted."""

import os
import sys

import pytest
from nbformat.v4 import new_code_cell

from pages.output_capture import MOST_CHARACTERS, MOST_LINES, OutputCapture
from pages.processes import call_in_copy


@pytest.fixture
def shown():
    """The outputs of a cell that does something: text as stream and text, others as their kind."""

    def run(act):
        capture, cell = OutputCapture(), new_code_cell()
        capture.begin(cell)
        with capture.replace_descriptors(), capture.replace_streams():
            act(capture)
            capture.end()
        kinds = [output.get("name", output.output_type) for output in cell.outputs]
        return list(zip(kinds, (output.get("text") for output in cell.outputs), strict=True))

    return lambda act: call_in_copy(run, act)  # whose files end with it


def test_the_first_lines_stay_and_the_others_are_counted(shown):
    def act(_):
        for line in range(40_000):
            print(line)

    kept = "".join(f"{line}\n" for line in range(MOST_LINES))
    assert shown(act) == [("stdout", kept), ("stdout", "… 39,000 more lines\n")]


def test_as_many_lines_as_may_be_are_all_kept(shown):
    text = "a\n" * MOST_LINES
    assert shown(lambda _: print(text, end="")) == [("stdout", text)]


def test_a_line_without_end_is_cut_too(shown):
    (first, note) = shown(lambda _: print("a" * 300_000))
    assert first == ("stdout", "a" * MOST_CHARACTERS)
    assert note == ("stdout", "\n… 1 more lines\n")


def test_each_stream_has_a_limit_of_its_own_and_other_outputs_stay(shown):
    def act(capture):
        print("a\n" * 1500, end="")
        capture.add(output_type="display_data", data={"text/plain": "1"}, metadata={})
        print("more\nand more")
        print("error", file=sys.stderr)

    assert shown(act) == [
        ("stdout", "a\n" * MOST_LINES),
        ("display_data", None),
        ("stderr", "error\n"),
        ("stdout", "… 502 more lines\n"),
    ]


def test_what_other_programs_write_is_counted_too(shown):
    (first, note) = shown(lambda _: os.write(1, b"a\n" * 5000))
    assert first == ("stdout", "a\n" * MOST_LINES)
    assert note == ("stdout", "… 4,000 more lines\n")


def test_a_cleared_output_begins_anew(shown):
    def act(capture):
        print("a\n" * 5000)
        capture.clear(wait=True)
        print("b")

    assert shown(act) == [("stdout", "b\n")]
