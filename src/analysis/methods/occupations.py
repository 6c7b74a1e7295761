"""What the occupations of OEWS are called in a sentence, and whom of a salary guide each holds."""

from typing import NamedTuple

from common.errors import InputError, nearest

CODERS, BILLERS, TECHNOLOGISTS = "29-2072", "43-3021", "29-9021"


class Occupation(NamedTuple):
    """An occupation of OEWS in words.

    Attributes:
        jobs: whose jobs they are, in the plural, as BLS's title has it.
        holds: what of "coders and billers" the occupation holds; it is never one of them alone.
    """

    jobs: str
    holds: str

    @property
    def wording(self) -> str:
        """Such as "medical records specialists, the occupation that holds coders"."""
        return f"{self.jobs}, {self.holds}" if self.holds else self.jobs


OCCUPATIONS = {
    CODERS: Occupation("medical records specialists", "the occupation that holds coders"),
    BILLERS: Occupation("billing and posting clerks", "the occupation that holds billers"),
    TECHNOLOGISTS: Occupation(
        "health information technologists and medical registrars",
        "the occupation of those who manage records systems and registries",
    ),
}


def occupation_titled(occupation: str, soc_title: str) -> Occupation:
    """The words for an occupation; of one that a guide does not speak of, its title."""
    return OCCUPATIONS.get(occupation, Occupation(soc_title.lower(), ""))


def check_occupation(occupation: str) -> Occupation:
    """The words for an occupation.

    Raises:
        InputError: the code is of none that the project compares.
    """
    if occupation not in OCCUPATIONS:
        names = {code: words.jobs for code, words in OCCUPATIONS.items()}
        near = nearest(occupation, names, names=names)
        raise InputError(f"occupation: {occupation!r} is none of {', '.join(names)}{near}")
    return OCCUPATIONS[occupation]
