#!/usr/bin/env bash
# Says what `make test` will skip where there is no Chromium.
set -eu
if ! command -v chromium-headless-shell >/dev/null && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
    echo "No Chromium here: the tests marked 'browser' are skipped and named at the end."
    echo "To run them too: apt-get install chromium"
fi
