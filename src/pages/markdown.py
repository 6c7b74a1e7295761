"""Turns Markdown into HTML that needs no server: pictures go into it, formulas become MathML."""

import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import tostring

from latex2mathml.converter import convert_to_element
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from common.notebook_contract import section_anchor


def markdown_html(
    source: str, folder: Path | None = None, attachments: Mapping[str, Any] | None = None
) -> tuple[str, list[tuple[str, str]]]:
    """Markdown as HTML, and its sections.

    Args:
        source: the Markdown.
        folder: where the pictures lie that it names.
        attachments: pictures that are part of its cell.

    Returns:
        The HTML; anchor and text of each heading of the second level.
    """
    renderer = _Renderer(
        escape=False,
        embed_images=folder is not None,
        path=str(folder or ""),
        attachments=dict(attachments or {}),
    )
    html = MarkdownWithMath(renderer).render(source)
    html = html.replace("<pre>", '<pre tabindex="0">')  # long lines are scrolled by keyboard, too
    return html.replace("<th></th>", "<td></td>"), renderer.sections


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
    """nbconvert's, with anchors in plain letters, sections that link to themselves, and MathML."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.sections: list[tuple[str, str]] = []

    def heading(self, text: str, level: int, **_: Any) -> str:
        plain = unescape(re.sub(r"<[^>]+>", "", text))
        anchor = section_anchor(plain)
        if level == 2:
            self.sections.append((anchor, plain))
        if level > 1 and "<a " not in text:
            text = f'<a class=here href="#{anchor}">{text}</a>'
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def block_math(self, body: str) -> str:
        return math_html(body, display=True)

    def inline_math(self, body: str) -> str:
        return math_html(body)

    def latex_environment(self, name: str, body: str) -> str:
        return math_html(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)
