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
