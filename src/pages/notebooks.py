"""Reads parameters, title and imports of a notebook as it lies on disk, without Jupyter."""

import ast
import functools
import re
import tokenize
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.util import cache_from_source
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec

from common.errors import InputError
from common.parameter_values import Parameter

Cell = Mapping[str, Any]
_KINDS: dict[str, type] = {kind.__name__: kind for kind in (str, int, float, bool, dict)}
# A line of IPython's own (`%time`, `!ls`, `files = !ls`, `name?`), which Python cannot parse.
_MAGIC = re.compile(r"^(\s*)(?:(?:\w+\s*=\s*)?[%!?].*|[\w.*]+\?{1,2}\s*)$", flags=re.MULTILINE)

# Lines that give a line or a cell to another program, and Python's own ways to start one.
_PROGRAMS = re.compile(
    r"^\s*(?:[\w, ]+=\s*)?!|^\s*%%?(?:sx|system|bash|sh|script|perl|ruby|cmd)\b"
    r"|\bsubprocess\b|\bos\.(?:system|popen|exec|spawn|posix_spawn)",
    flags=re.MULTILINE,
)
# Questions about files, of which Python tells nobody.
_QUESTIONS = re.compile(r"\.(?:exists|lexists|is_file|is_dir|isfile|isdir|l?stat)\(")


class _Cell(msgspec.Struct):
    """A cell as a notebook's file holds it, without its outputs."""

    cell_type: str
    metadata: dict[str, Any]
    source: str | list[str]


class _Notebook(msgspec.Struct):
    cells: list[_Cell]


def read_cells(path: Path) -> list[dict[str, Any]]:
    """The cells of a notebook, each with its source as one string.

    Raises:
        InputError: the file is not a notebook.
    """
    try:
        content = path.read_bytes()
        if content.startswith(BOM_UTF8):
            raise ValueError("it begins with a byte-order mark, which Jupyter does not read")
        cells = msgspec.json.decode(content, type=_Notebook).cells
    except (OSError, ValueError) as error:
        raise InputError(f"{path.name} cannot be read as a notebook: {error!r}") from error
    return [msgspec.structs.asdict(cell) | {"source": "".join(cell.source)} for cell in cells]


def parameters(cells: Iterable[Cell]) -> dict[str, Parameter]:
    """The parameters by name and in order, each declared as `name: kind = default  # comment`.

    Raises:
        InputError: there are two such cells, the cell is not Python, or a default is more than a
            plain value.
    """
    tagged = [cell["source"] for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    if len(tagged) > 1:  # papermill would put its values after the first, and the second win
        raise InputError(
            f"{len(tagged)} cells are tagged `parameters`, expected one; take the tag from the rest"
        )
    source = "".join(tagged)
    found = {}
    try:
        comments = {
            token.start[0]: token.string.lstrip("# ")
            for token in tokenize.generate_tokens(StringIO(source).readline)
            if token.type == tokenize.COMMENT
        }
        for node in ast.parse(source).body:
            match node:
                case ast.AnnAssign(
                    target=ast.Name(name), annotation=ast.Name(kind), value=ast.expr() as value
                ):
                    pass
                case ast.Assign(targets=[ast.Name(name)], value=value):
                    kind = ""
                case _:
                    continue
            default = ast.literal_eval(value)
            if kind in _KINDS and not isinstance(
                default, (int, float) if kind == "float" else _KINDS[kind]
            ):
                raise ValueError(f"{name} is {default!r}, expected {kind}")
            comment = comments.get(node.end_lineno or 0, "")
            found[name] = Parameter(name, _KINDS.get(kind, type(default)), default, comment)
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        raise InputError(
            f"the cell tagged `parameters` must hold only lines such as `year: int = 2024`: {error}"
        ) from error
    return found


def title_and_summary(cells: Sequence[Cell]) -> tuple[str, str]:
    """The notebook's level-one heading and the paragraph below it, without marks."""
    first = next((cell["source"] for cell in cells if cell["cell_type"] == "markdown"), "")
    title, _, rest = first.partition("\n")
    paragraph = next((text for text in rest.split("\n\n") if text.strip()), "")
    return title.lstrip("# "), re.sub(
        r"[*_`]|\[([^]]*)]\([^)]*\)", r"\1", " ".join(paragraph.split())
    )


def runs_programs(cells: Iterable[Cell]) -> bool:
    """Whether the code starts other programs, of which nobody knows what they read."""
    return _is_in_code(_PROGRAMS, cells)


def asks_for_files(cells: Iterable[Cell]) -> bool:
    """Whether the code asks what is there without opening it, which nobody sees."""
    return _is_in_code(_QUESTIONS, cells)


def _is_in_code(pattern: re.Pattern[str], cells: Iterable[Cell]) -> bool:
    return any(pattern.search(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def imports(cells: Iterable[Cell]) -> set[str]:
    """Every name that the code imports, or might: of `from a import b` both `a` and `a.b`."""
    names: set[str] = set()
    for cell in cells:
        if cell["cell_type"] == "code":
            names.update(imported(_MAGIC.sub(r"\1pass", cell["source"])))
    return names


@functools.lru_cache(maxsize=1024)
def imported(source: str | bytes, package: str = "") -> frozenset[str]:
    """The names that Python code imports; `package` is the one relative imports start from.

    Code that does not parse imports nothing: it cannot run either. What was found is kept, for
    many notebooks rest on the same modules.
    """
    names: set[str] = set()
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return frozenset()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.rsplit(".", node.level - 1)[0] if node.level else ""
            base = ".".join(part for part in (above, node.module) if part)
            names.add(base)
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return frozenset(names)


def modules(root: Path, names: Iterable[str]) -> set[str]:
    """The project's own modules behind imported names, and behind those that they import in turn.

    Args:
        root: the project's folder; its modules lie in `src/`.
        names: from `imports`; names that are not the project's are passed over.

    Returns:
        Paths relative to `root`, with those of the other files beside them, such as scripts.
    """
    found: set[str] = set()
    waiting = set(names)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        place = Path("src", *name.split("."))
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path.as_posix() not in found and (root / path).is_file():
                found.add(path.as_posix())
                package = name if path.name == "__init__.py" else name.rpartition(".")[0]
                waiting.update(imported((root / path).read_bytes(), package))
        waiting.add(name.rpartition(".")[0] or name)
        waiting -= seen
    folders = {(root / path).parent for path in found}
    beside = {file for folder in folders for file in folder.iterdir() if file.is_file()}
    return found | {
        file.relative_to(root).as_posix() for file in beside if file.suffix not in (".py", ".pyc")
    }


def drop_old_bytecode(root: Path) -> None:
    """Remove what Python has compiled of code of the project that was written since.

    Python itself compares sizes and whole seconds, so it would run the code as it was.
    """
    for source in [*root.glob("src/**/*.py"), *root.glob("notebooks/**/*.py")]:
        compiled = Path(cache_from_source(source))
        with suppress(OSError):
            if compiled.stat().st_mtime_ns < source.stat().st_ctime_ns:
                compiled.unlink()
