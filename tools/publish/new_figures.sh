#!/bin/sh
# Takes in the OEWS release after the newest that the project holds, if BLS has published it. Writes to the file that is
# given what the release did to the figures, and prints its year; prints nothing when there is no such release.
set -eu
year=$(awk -F, 'NR > 1 && $1 > newest {newest = $1} END {print newest + 1}' data/raw/oews-national.csv)
file=downloads/oesm$(printf %02d $((year % 100)))all.zip
if ! said=$(coderpay fetch oews --year "$year" --kind all --contact "${CONTACT:-}" 2>&1); then
    case $said in
        *"(404)"*) echo "May $year is not published yet" >&2; exit 0 ;;
        *) echo "$said" >&2; exit 1 ;;
    esac
fi
coderpay update "$file" --write >&2
awk '/^## /{section = ""} {section = section $0 "\n"} END {printf "%s", section}' docs/revisions.md > "$1"
echo "$year"
