"""What a folder holds at a moment, kept so that it can be laid out again and compared."""

import hashlib
import re
import shutil

# A folder of a process, whose name is another every time.
_OF_A_PROCESS = re.compile(r"coderpay-\w+")


class KeptFolders:
    """The contents of files by their digest; a state is what a folder holds: paths and digests."""

    def __init__(self, place):
        """Take a folder for the contents."""
        self._place = place
        place.mkdir()

    def state(self, root):
        """What a folder holds now."""
        return tuple(sorted(self._entry(root, path) for path in root.rglob("*")))

    def with_file(self, state, name, content):
        """A state in which a file holds something else."""
        return tuple(
            (path, self._keep(content) if path == name else known) for path, known in state
        )

    def content(self, digest):
        return (self._place / digest).read_bytes()

    def lay_out(self, state, root):
        """Make a folder hold what a state has, and nothing else."""
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        for path, known in state:
            if known:
                (root / path).write_bytes(self.content(known))
            else:
                (root / path).mkdir(exist_ok=True)

    def _entry(self, root, path):
        name = _OF_A_PROCESS.sub("coderpay-1", path.relative_to(root).as_posix())
        return name, "" if path.is_dir() else self._keep(path.read_bytes())

    def _keep(self, content):
        known = hashlib.sha256(content).hexdigest()
        if not (self._place / known).exists():
            (self._place / known).write_bytes(content)
        return known
