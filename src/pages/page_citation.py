"""How a page is cited: in words and as BibTeX, with the version and the data that it rests on."""

import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from common.safe_files import digest

_PROGRAM = "coderpay"
_DIGITS = 12
# Where the ledger of a page writes which of its numbers is cited, once a reader has chosen one.
_NUMBER, _ANCHOR = Markup("<span class=number></span>"), Markup("<span class=anchor></span>")
_IN_BIBTEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}"}
_IN_BIBTEX |= {"^": r"\textasciicircum{}"} | {sign: rf"\{sign}" for sign in "%&#$_"}


def edition(root: Path, package: str) -> dict[str, str]:
    """What a report was made with: the program's `version`, and a digest of the `data`.

    Args:
        root: the project's folder.
        package: the data package, relative to it, which holds the digest of every table; or "".
    """
    data = digest(root / package)[:_DIGITS] if package else ""
    return {"version": f"{_PROGRAM} {version(_PROGRAM)}", "data": data or "unknown"}


def cited(site: Mapping[str, Any], title: str, file: str) -> dict[str, Markup]:
    """How a page is cited, or in a ledger a number: in `words` and as an entry of `bibtex`.

    Args:
        site: the report's title as `site`, its `version`, `data` and `address`.
        title: of the page.
        file: of the page, relative to the report.
    """
    return {"words": _in_words(site, title, file), "bibtex": _in_bibtex(site, title, file)}


def _in_words(site: Mapping[str, Any], title: str, file: str) -> Markup:
    return Markup("{}“{}”, in: {} ({}, data {}). {}{}{}").format(
        _NUMBER,
        title,
        site["site"],
        site["version"],
        site["data"],
        site["address"],
        file,
        _ANCHOR,
    )


def _in_bibtex(site: Mapping[str, Any], title: str, file: str) -> Markup:
    key = re.sub(r"\W+", "-", f"{site['version'].split()[0]}-{file.removesuffix('.html')}")
    return Markup(
        "@misc{{{},\n  title = {{{}{}}},\n  note = {{In: {}; {}, data {}}},\n  {} = {{{}{}{}}}\n}}"
    ).format(
        key,
        _NUMBER,
        _plain(title),
        _plain(site["site"]),
        _plain(site["version"]),
        site["data"],
        "url" if site["address"] else "howpublished",
        site["address"],
        file,
        _ANCHOR,
    )


def described(html: str, length: int = 300) -> str:
    """The beginning of some HTML as plain text, for a description of its page.

    Args:
        html: sentences, with links.
        length: the most characters.
    """
    html = re.sub(r"<(span popover|details|pre|table|svg)\b.*?</\1>", "", html, flags=re.DOTALL)
    html = re.sub(r"<span popover.*?</span>", "", html, flags=re.DOTALL)
    text = " ".join(str(Markup(html).striptags()).split())
    if len(text) <= length:
        return text
    return f"{text[:length].rsplit(' ', 1)[0].rstrip(',;:')} …"


def _plain(text: str) -> Markup:
    """A text without what means something to BibTeX."""
    return escape("".join(_IN_BIBTEX.get(letter, letter) for letter in text))
