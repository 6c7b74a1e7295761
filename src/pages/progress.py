"""One bar for the batch on a terminal, one line a page elsewhere."""

import sys
from collections import Counter

from tqdm import tqdm

from common.plain_text import printable
from pages.batch import Outcome
from pages.plan import Page
from pages.processes import within_time_to_start


class Progress:
    """Shows pages as they begin and end; a context manager, which closes its bar at the end."""

    def __init__(self, pages: int, quiet: bool) -> None:
        hidden = quiet or not sys.stderr.isatty()
        with within_time_to_start():  # a bar has a thread of its own
            self._bar = tqdm(total=pages, unit="page", leave=False, disable=hidden)
        self._quiet = quiet
        self._running: set[str] = set()
        self._told: set[str] = set()
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def started(self, page: Page) -> None:
        """A page has been handed over."""
        self._running.add(page.name)
        self._show()

    def ended(self, outcome: Outcome) -> None:
        """A page is done; of one that failed the traceback is shown, if it is a new one."""
        self._running.discard(outcome.page.name)
        self.counts[outcome.status] += 1
        failed = outcome.status in ("failed", "skipped")
        if failed or (outcome.status == "made" and self._bar.disable and not self._quiet):
            seconds = f"{outcome.seconds:.1f} s"
            line = f"{outcome.status:8}{outcome.page.name}  {seconds}  ({outcome.reason})"
            details = []
            if outcome.failure:
                trace = outcome.failure.traceback
                details = [
                    outcome.failure.message
                    if trace in self._told
                    else trace or outcome.failure.message
                ]
                self._told.add(trace)
            self._bar.write(printable("\n".join([line, *details])), file=sys.stderr)
        self._bar.update()
        self._show()

    def _show(self) -> None:
        self._bar.set_postfix_str(f"{len(self._running)} running, {self.counts['failed']} failed")
