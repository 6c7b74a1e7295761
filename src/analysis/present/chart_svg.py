"""Turns a figure into SVG that is small, the same bytes every time, and readable anywhere."""

import itertools
import re
from collections.abc import Mapping
from io import StringIO
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.figure import Figure

from analysis.present import style

HALO = "halo"
"""The group of a text that lies on lines: it is given a rim of paper."""
_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+")
_DEFAULTS = ("font-family", "text-anchor:start", "stroke-linecap:butt")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_UNUSED = ("metadata", "style", "clipPath")
_NOT_INHERITED = re.compile(r"(^|;)opacity:")
_NAMELESS = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_RIM = {"paint-order": "stroke", "stroke": style.PAPER, "stroke-width": "3"}


def svg_of(figure: Figure, name: str, alt: str, links: Mapping[str, str]) -> str:
    """A figure as SVG.

    Args:
        figure: laid out in points; a point becomes a pixel.
        name: a slug that the ids begin with, unique on a page.
        alt: what the figure shows, for those who cannot see it.
        links: by the address of each link in the figure, what it says.
    """
    buffer = StringIO()
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg", metadata=_NAMELESS)
    root = ElementTree.fromstring(buffer.getvalue())
    for element in root.iter():
        _shorten(element)
    _number_ids(root, re.sub(r"\W", "-", name))
    _name_links(root, links)
    _unwrap(root)
    _share_styles(root)
    view = root.get("viewBox", "")
    width, height = view.split()[2:]
    root.attrib.clear()
    root.attrib |= {"role": "img", "aria-label": alt, "viewBox": view}
    root.attrib |= {"width": width, "height": height, "font-family": style.FONTS}
    root.attrib |= {"stroke-linejoin": "round", "stroke-linecap": "butt"}
    return _plain(ElementTree.tostring(root, encoding="unicode"))


def _plain(svg: str) -> str:
    """The text of an SVG without the prefixes that ElementTree gives to names."""
    svg = re.sub(r"(</?)ns\d+:", r"\1", svg)
    svg = re.sub(r' xmlns:ns\d+="[^"]*"', "", svg)
    svg = re.sub(r" ns\d+:href=", " href=", svg)
    return svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


def _shorten(element: ElementTree.Element) -> None:
    """Drop what a browser does without: spaces, digits beyond a tenth of a pixel, fonts, clips."""
    element.tail = None
    if element.tag != f"{_SVG}text":
        element.text = None
    element.attrib.pop("clip-path", None)
    for key in ("d", "points", "x", "y", "width", "height", "transform", "viewBox"):
        if key in element.attrib:
            text = _NUMBER.sub(lambda found: f"{float(found[0]):.1f}", element.attrib[key])
            text = re.sub(r"-?\b0\.0\b|-0\b(?!\.)", "0", re.sub(r"(\d)\.0\b", r"\1", text))
            text = re.sub(r"\s*([A-Za-z])\s*", r"\1", text) if key == "d" else text
            element.set(key, re.sub(r"\s+", " ", text).strip())
    if element.get("transform", "").startswith("rotate(0 "):
        del element.attrib["transform"]
    if "style" in element.attrib:
        element.set("style", _short_style(element.attrib["style"]))


def _short_style(text: str) -> str:
    """A style without spaces, with the font's size and weight but not its name."""
    parts = [re.sub(r"\s*:\s*", ":", part.strip()) for part in text.split(";")]
    return ";".join(part for part in parts if part and not part.startswith(_DEFAULTS))


def _number_ids(root: ElementTree.Element, prefix: str) -> None:
    """Number the ids that something refers to, in their order, and drop the others.

    Matplotlib makes ids of the layout's last digits, which differ between processors.
    """
    used = {element.get(_HREF, "#")[1:] for element in root.iter()} - {""}
    used |= {name for element in root.iter() for name in _REFERENCE.findall(_all_values(element))}
    names: dict[str, str] = {}
    for element in root.iter():
        given = element.get("id", "")
        if given.startswith(HALO):
            element[0].attrib |= _RIM
        if given in used:
            names.setdefault(given, f"{prefix}.{len(names) + 1}")
            element.set("id", names[given])
        else:
            element.attrib.pop("id", None)
    for element in root.iter():
        _rename(element, names)


def _all_values(element: ElementTree.Element) -> str:
    return " ".join(element.attrib.values())


def _rename(element: ElementTree.Element, names: Mapping[str, str]) -> None:
    for key, value in element.attrib.items():
        element.set(key, _REFERENCE.sub(lambda found: f"url(#{names[found[1]]})", value))
    href = element.get(_HREF, "")
    if href.startswith("#"):
        element.set(_HREF, f"#{names[href[1:]]}")


def _name_links(root: ElementTree.Element, links: Mapping[str, str]) -> None:
    """Say what each link leads to, for a pointer and for a screen reader."""
    for element in root.iter(f"{_SVG}a"):
        title = ElementTree.Element(f"{_SVG}title")
        title.text = links[element.get(_HREF, "")]
        element.insert(0, title)
        del element.attrib["target"]


def _is_invisible(element: ElementTree.Element, tag: str, parent: str) -> bool:
    """Whether an element draws nothing, and is not what a link can be hit by."""
    if tag == "defs":
        return not len(element)
    if tag == "path":
        unseen = element.get("style") == "fill:none" and parent != f"{_SVG}a"
        return unseen or not element.get("d")
    return False


def _unwrap(parent: ElementTree.Element) -> None:
    """Put what is in a group without attributes in its place; drop what is empty."""
    kept: list[ElementTree.Element] = []
    for child in parent:
        _unwrap(child)
        tag = child.tag.removeprefix(_SVG)
        if tag == "g" and not child.attrib:
            kept += child
        elif tag not in _UNUSED and not _is_invisible(child, tag, parent.tag):
            kept.append(child)
    parent[:] = kept


def _share_styles(parent: ElementTree.Element) -> None:
    """Give neighbours of one style a group that has it; it is most of what a drawing weighs."""
    for child in parent:
        _share_styles(child)
    if parent.tag not in (f"{_SVG}svg", f"{_SVG}g"):
        return
    kept: list[ElementTree.Element] = []
    for style_text, run in itertools.groupby(parent, _own_style):
        neighbours = list(run)
        if style_text and len(neighbours) > 1:
            group = ElementTree.Element(f"{_SVG}g", {"style": style_text})
            group.extend(neighbours)
            for element in itertools.chain.from_iterable(map(_styled, neighbours)):
                del element.attrib["style"]
            neighbours = [group]
        kept += neighbours
    parent[:] = kept


def _styled(element: ElementTree.Element) -> list[ElementTree.Element]:
    """What has the style of an element: itself, or of a link what is drawn in it."""
    if element.tag != f"{_SVG}a":
        return [element]
    return [child for child in element if child.tag != f"{_SVG}title"]


def _own_style(element: ElementTree.Element) -> str:
    """The one style of an element, if what is drawn may inherit it; else ""."""
    styles = {one.get("style", "") for one in _styled(element)}
    only = styles.pop() if len(styles) == 1 else ""
    return "" if _NOT_INHERITED.search(only) else only
