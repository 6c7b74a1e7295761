"""The command line: `coderpay --help`.

Each command imports what it needs when it runs: `--help` and a run with nothing to do stay quick.
"""

import os
import sys
from collections.abc import Iterable
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import click

from common.errors import InputError
from common.plain_text import printable
from common.plan_file import PLAN_NAME, project_folder
from intake.journal import finish_interrupted
from pages.failures import ProcessLostError

ROOT = project_folder(Path.cwd(), Path(__file__).resolve())


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="coderpay")
def commands() -> None:
    """What a medical coder earns in the United States, and why the published answers differ."""


def project() -> Path:
    """The folder of the project that a command is called in.

    Raises:
        InputError: there is none, or its last update was cut off and cannot be finished.
    """
    if not (ROOT / PLAN_NAME).is_file():
        raise InputError(
            f"there is no project here: {ROOT} and the folders above it have no {PLAN_NAME}; "
            "go to a checkout of one"
        )
    finish_interrupted(ROOT)
    return ROOT


@commands.command()
@click.option(
    "--only", multiple=True, metavar="NAME", help="Make this page or sweep, and what it needs."
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PAGE.NAME=VALUE",
    help="Make a page with another parameter too, beside its own.",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Pages to run at once; by default one a core."
)
@click.option("--scheduler", default="", metavar="ADDRESS", help="Run the pages on a Dask cluster.")
@click.option("--fresh", is_flag=True, help="Make pages that are up to date again.")
@click.option("--dry-run", is_flag=True, help="Say what would be made and why, and make nothing.")
@click.option("--quiet", is_flag=True, help="Say nothing but what fails.")
def report(
    only: tuple[str, ...],
    settings: tuple[str, ...],
    jobs: int | None,
    scheduler: str,
    fresh: bool,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Make the pages that are not up to date and write report/index.html.

    Exits with 0 when every page was made, 1 when one failed, 2 when something given is wrong (a
    page may be what finds it out), 130 when interrupted; the next run makes what is missing.
    """
    from pages.batch import Batch
    from pages.progress import Progress

    batch = Batch(project(), only, settings, fresh)
    if dry_run:
        stale = list(batch.reasons())
        for page, reason in stale:
            _say(f"{page.name}  {reason}")
        _say(f"{len(batch.pages) - len(stale)} of {len(batch.pages)} pages are up to date")
        return
    with Progress(len(batch.pages), quiet) as progress:
        outcomes = batch.run(jobs, scheduler, progress.started, progress.ended)
    if not quiet:
        counts = ", ".join(f"{count} {status}" for status, count in sorted(progress.counts.items()))
        _say(f"report/index.html: {counts}")
        for page in batch.tried():
            _say(
                f"report/{page.name}.html stands beside the published page until a report without "
                f"--set; to keep it, name it in {PLAN_NAME}"
            )
        for notebook in batch.unnamed():
            _say(f"{notebook} is in no page of report.yml, so it was not run")
    failures = [outcome.failure for outcome in outcomes if outcome.status == "failed"]
    if failures:
        sys.exit(2 if all(failure.users_mistake for failure in failures if failure) else 1)


@commands.command()
@click.argument("name")
def new(name: str) -> None:
    """Begin a page of your own: a notebook and its lines in report.yml.

    In an empty folder it begins a project of your own.
    """
    from pages.new_page import new_page

    here = Path.cwd()
    written = new_page(project_folder(here, here), name)
    _say(f"Written: {', '.join(os.path.relpath(path) for path in written)}")
    _say(f"Next: coderpay report --only {name} writes report/{name}.html; then make it your own")


@commands.command()
@click.option(
    "--port",
    type=click.IntRange(1024, 65535),
    default=8765,
    show_default=True,
    help="To listen on.",
)
def preview(port: int) -> None:
    """Show the report in a browser while you write, and make anew what you save."""
    from pages.preview import serve_report

    serve_report(project(), port)


@commands.command()
@click.argument("page")
@click.argument("chart")
def embed(page: str, chart: str) -> None:
    """Write one chart of a page of the report as a small page, for an iframe in another site."""
    from pages.embedding import embed_chart

    path, element = embed_chart(project(), page, chart)
    _say(f"Written: {_shown([path])}\n{element}")


@commands.command()
def pdf() -> None:
    """Print the report's single pages as one tagged PDF, by a Chromium on this machine."""
    from pages.printing import print_report

    _say(f"Written: {_shown([print_report(project())])}")


@commands.command()
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--write", is_flag=True, help="Change the files; without it nothing is written.")
@click.option("--undo", is_flag=True, help="Take the last update back; your own edits stay.")
def update(path: Path | None, write: bool, undo: bool) -> None:
    """Take in an OEWS workbook, zip or flat files from BLS, or an AAPC edition as a CSV file.

    Shows each cell that is new or that differs from what the project has.
    """
    from intake.undo import undo_last
    from intake.update import described, plan_update, write_update

    if undo == bool(path) or (undo and write):
        raise click.UsageError("give a file to take in, or --undo alone")
    if undo:
        undone = undo_last(project())
        _say(f"Undone: {undone.name}, in {_shown(undone.after)}")
        return
    assert path
    planned = (write_update if write else plan_update)(path, project())
    for line in [*described(planned.cells), *planned.notes]:
        _say(line)
    if not planned.contents:
        _say("Nothing new.")
    elif write:
        _say(f"Written: {_shown(planned.contents)}")
    else:
        _say("Nothing written; repeat with --write.")


def _say(text: str, err: bool = False) -> None:
    try:
        click.echo(printable(text), err=err)
    except BrokenPipeError:  # as in `coderpay report | head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2 if err else 1)


def _shown(files: Iterable[Path]) -> str:
    return ", ".join(file.relative_to(ROOT).as_posix() for file in files)


@commands.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def verify(path: Path) -> None:
    """Check the project's figures against an OEWS workbook, zip or folder of flat files from BLS.

    Exits with 0 when every cell agrees, 1 when one differs, 2 when the file is wrong.
    """
    from intake.update import described, verify_workbook

    found = verify_workbook(path, project())
    for line in described(found.differences):
        _say(line)
    _say(
        f"{found.rows} rows and {found.cells} cells compared, {len(found.differences)} differences;"
        f" {found.not_in_copy} more cells are in the workbook only"
    )
    if len(found.differences):
        sys.exit(1)


@commands.group()
def fetch() -> None:
    """Download official files into downloads/."""


_contact = click.option(
    "--contact",
    default="",
    metavar="E-MAIL",
    help="Where BLS can reach you, as its terms of use ask.",
)


@fetch.command()
@click.option("--year", type=click.IntRange(2019, 2099), required=True, help="The survey's May.")
@click.option(
    "--kind",
    type=click.Choice(["national", "state", "metro", "industry", "all"]),
    default="national",
    show_default=True,
)
@_contact
def oews(year: int, kind: str, contact: str) -> None:
    """Download a May release of OEWS from BLS."""
    from intake.download import fetch_oews

    path = fetch_oews(year, kind, project() / "downloads", contact).relative_to(ROOT)
    _say(f"{path}; now see what it brings: coderpay update {path}")


@fetch.command()
@_contact
def flat_files(contact: str) -> None:
    """Download the flat files of the newest OEWS: every area and industry, 330 MB."""
    from intake.download import fetch_flat_files

    path = fetch_flat_files(project() / "downloads", contact).relative_to(ROOT)
    _say(f"{path}; now see what it brings: coderpay update {path}")


@commands.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def accuracy(path: Path) -> None:
    """Test the pay distribution on the nation's detailed occupations in an official OEWS file.

    Percentiles foretell what the file publishes: means in percent, ranks in percentage points.
    """
    from analysis.methods import distribution
    from intake.workbooks import read_workbook

    nation = read_workbook(path, nation_only=True).query("group == 'detailed'")
    try:
        found = distribution.accuracy(nation)
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from error
    _say(found.round(3).to_string(index=False))


@commands.command()
def dictionary() -> None:
    """Check the raw tables, refresh their hashes and rewrite docs/data-dictionary.md."""
    from analysis.published.dictionary import write_dictionary

    write_dictionary(project())


@commands.command()
def package() -> None:
    """Pack data, code, executed notebooks and report into one archive in dist/."""
    from release.packing import write_archive

    _say(f"Written: {_shown([write_archive(ROOT)])}")


@commands.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def reproduce(archive: Path) -> None:
    """Make the report of an archive anew, in a new folder beside it, and compare the two.

    Exits with 0 when every number, table and picture is equal, 1 when one differs, 2 when the file
    is no archive of `make package`.
    """
    from release import reproduction

    folder = archive.with_name(f"{archive.stem}-reproduced")
    found = reproduction.reproduce(archive, folder)
    for line in found.lines():
        _say(line)
    if found.differences:
        sys.exit(1)


def main() -> None:
    """Run a command; a user's mistake ends with a message and code 2, an interruption with 130."""
    try:
        with ExitStack() as streams:
            _open_closed_streams(streams)
            commands(standalone_mode=False)
        return
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        shown = StringIO()
        error.show(file=shown)
        _say(shown.getvalue().rstrip(), err=True)
    except InputError as error:
        _say(f"Error: {error}", err=True)
    except ProcessLostError as error:
        _say(f"Error: {error}; the next run makes what is missing", err=True)
        sys.exit(1)
    except OSError as error:  # no such file, no right to it, too many open, a full disk
        place = f"{error.filename}: " if error.filename else ""
        _say(f"Error: {place}{error.strerror or error}", err=True)
    sys.exit(2)


def _open_closed_streams(stack: ExitStack) -> None:
    """Put nothing in the place of a closed stream (`2>&-`), or the next file opened would be it."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    for stream, redirect in ((sys.stdout, redirect_stdout), (sys.stderr, redirect_stderr)):
        if stream is None:
            stack.enter_context(redirect(StringIO()))
