"""An error names the valid things that are nearest to what was given, three at the most."""

from common.errors import nearest


def test_three_of_those_that_hold_the_word_the_shortest_first():
    options = [
        "New Jersey and more",
        "New Jersey",
        "New Jersey City",
        "Old New Jersey Shore",
        "Ohio",
    ]
    assert (
        nearest("jersey", options)
        == "; the nearest are: New Jersey, New Jersey City, New Jersey and more"
    )


def test_else_three_that_are_alike_and_else_the_first_three():
    options = ["mean", "median", "mode", "meal", "men"]
    assert nearest("xyz", ["mean", "mode"]) == "; for example: mean, mode"
    assert nearest("maen", options).count(",") == 2
    assert nearest("xyz", options) == "; for example: mean, median, mode"


def test_nothing_where_nothing_is_valid():
    assert nearest("a", []) == ""


def test_an_option_is_found_by_a_letter_of_it_or_by_half_of_its_letters():
    assert nearest("q", ["first", "a long word with a q"]) == (
        "; the nearest are: a long word with a q"
    )
    assert nearest("abxy", ["first", "abcd"]) == "; the nearest are: abcd"


def test_an_option_is_found_by_its_name_too_and_shown_with_it():
    states = {"34": "New Jersey", "36": "New York"}
    assert nearest("jersey", ["34", "36", "66"], states) == "; the nearest are: 34 (New Jersey)"
    assert nearest("66", ["34", "36", "66"], states) == "; the nearest are: 66"
