#!/bin/sh
# Opens a pull request with the figures of a year, unless its branch is there: propose.sh YEAR FOLDER.
set -eu
branch=oews-$1
if [ -n "$(git ls-remote --heads origin "$branch")" ]; then
    echo "$branch is proposed already"
    exit 0
fi
git config user.name "github-actions[bot]"
git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
git switch --quiet --create "$branch"
git apply --index "$2/figures.patch"
git commit --quiet --message "Take in OEWS of May $1"
git push --quiet --set-upstream origin "$branch"
gh pr create --title "OEWS of May $1" --body-file "$2/revisions.md"
