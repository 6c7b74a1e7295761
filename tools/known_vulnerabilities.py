"""Looks the locked dependencies up among known vulnerabilities: `make audit`.

Exits with 0 when none is known, 1 when one is, 3 when it could not be found out, as without a
network.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Print each known vulnerability, and what mends it."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        lock = [
            "--requirement",
            ROOT / "requirements.lock",
            "--disable-pip",
            "--progress-spinner=off",
        ]
        run = [sys.executable, "-m", "pip_audit", *lock, "--format=json", "--output", answer]
        told = subprocess.run(run, check=False, capture_output=True, text=True)
        if not answer.exists():
            return unknown(told.stderr.strip().splitlines()[-1] if told.stderr else "no answer")
        packages = json.loads(answer.read_bytes())["dependencies"]
    if lost := [package["name"] for package in packages if "skip_reason" in package]:
        return unknown(f"no answer for {', '.join(lost)}")
    bad = [(package, known) for package in packages for known in package.get("vulns", [])]
    for package, known in bad:
        mended = ", ".join(known["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {known['id']}, mended in {mended}")
    print(f"{len(packages)} packages looked up, {len(bad)} known vulnerabilities")
    return 1 if bad else 0


def unknown(reason: str) -> int:
    """Say that nothing was found out."""
    print(f"Nothing is known of the dependencies: this needs a network ({reason})", file=sys.stderr)
    return 3


if __name__ == "__main__":
    sys.exit(main())
