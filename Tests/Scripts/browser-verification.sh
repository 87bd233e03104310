#!/usr/bin/env bash
# Opens every page of the web app in a real browser, at desktop and phone width. Screenshots stay in
# .cache/test-output/browser.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
    || { echo "skipped: no Chromium on the path (scripts/setup test installs it)"; exit 0; }
[ -x .build-web/release/perforin ] || { echo "error: the web app isn't built (./perforin test builds it)"; exit 1; }
.venv/bin/python -m pytest -q -rP -p no:cacheprovider Tests/Browser
