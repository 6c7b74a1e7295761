#!/bin/sh
# Lays out the site in a new folder: the report, the tables that it links to, and a first page that leads to it.
set -eu
site=$1
mkdir "$site"
cp -R report data docs "$site/"
rm -f "$site/report/run.json"
cat > "$site/index.html" <<'PAGE'
<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>What does a medical coder earn?</title>
<meta http-equiv="refresh" content="0; url=report/index.html">
<a href="report/index.html">What does a medical coder earn?</a></html>
PAGE
