"""Turns Markdown into HTML that needs no server: pictures go into it, formulas become MathML."""

import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import tostring

from latex2mathml.converter import convert_to_element
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


def markdown_html(
    source: str, folder: Path | None = None, attachments: Mapping[str, Any] | None = None
) -> str:
    """Markdown as HTML.

    Args:
        source: the Markdown.
        folder: where the pictures lie that it names.
        attachments: pictures that are part of its cell.
    """
    renderer = _Renderer(
        escape=False,
        embed_images=folder is not None,
        path=str(folder or ""),
        attachments=dict(attachments or {}),
    )
    return MarkdownWithMath(renderer).render(source)


def sections(source: str) -> list[tuple[str, str]]:
    """Anchor and text of each heading of the second level."""
    return [(anchor(text), text) for text in _SECTION.findall(_FENCE.sub("", source))]


def anchor(heading: str) -> str:
    """The anchor of a heading: its letters and digits, with hyphens between the words."""
    return re.sub(r"[^\w]+", "-", heading).strip("-")


def math_html(formula: str, display: bool = False) -> str:
    """A formula in TeX as MathML, or as it is where it cannot be read.

    Args:
        formula: without the dollar signs around it.
        display: whether it stands in a line of its own.
    """
    try:
        element = convert_to_element(formula, display="block" if display else "inline")
    except Exception:  # the library has an exception for each of its dozen complaints
        return f"<code>{escape(formula)}</code>"
    for part in element.iter():
        part.text = unescape(part.text or "")
    return tostring(element, encoding="unicode")


class _Renderer(IPythonRenderer):
    """nbconvert's, with anchors in plain letters and MathML."""

    def heading(self, text: str, level: int, **_: Any) -> str:
        plain = unescape(re.sub(r"<[^>]+>", "", text))
        return f'<h{level} id="{anchor(plain)}">{text}</h{level}>\n'

    def block_math(self, body: str) -> str:
        return math_html(body, display=True)

    def inline_math(self, body: str) -> str:
        return math_html(body)

    def latex_environment(self, name: str, body: str) -> str:
        return math_html(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)
