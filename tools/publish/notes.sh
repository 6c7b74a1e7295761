#!/bin/sh
# Prints what CHANGELOG.md says of a version; fails if it says nothing.
set -eu
notes=$(awk -v version="$1" '/^## /{found = ($2 == version); next} found' CHANGELOG.md)
[ -n "$notes" ] || { echo "CHANGELOG.md says nothing of version $1" >&2; exit 1; }
echo "$notes"
