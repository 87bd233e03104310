#!/usr/bin/env bash
# Opens the pages that the tests left in .cache/test-output in a real browser, at desktop and phone width: every
# figure must be drawn and no figure may report an error. Screenshots stay beside the pages.
set -euo pipefail
cd "$(dirname "$0")/../.."
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$browser" ] || { echo "skipped: no Chromium on the path (scripts/setup test installs it)"; exit 0; }
shopt -s nullglob
pages=(.cache/test-output/*.html)
[ ${#pages[@]} -gt 0 ] || { echo "error: the tests left no page in .cache/test-output"; exit 1; }
failed=0
for page in "${pages[@]}"; do
    flags=(--headless --no-sandbox --disable-gpu --virtual-time-budget=15000)
    for width in 1280 390; do
        "$browser" "${flags[@]}" --window-size=$width,2600 --screenshot="$PWD/${page%.html}-$width.png" "file://$PWD/$page" >/dev/null 2>&1
    done
    dom=$("$browser" "${flags[@]}" --dump-dom "file://$PWD/$page" 2>/dev/null)
    figures=$(grep -c 'class="chart' <<<"$dom" || true)
    drawn=$(grep -o '<svg[^>]*class="marks"' <<<"$dom" | wc -l)
    errors=$(grep -c 'could not be drawn: ' <<<"$(grep -v '<script' <<<"$dom" | grep -v 'place.textContent')" || true)
    printf '%s: %d figures, %d drawn, %d errors\n' "$(basename "$page")" "$figures" "$drawn" "$errors"
    [ "$figures" -gt 0 ] && [ "$drawn" -ge "$figures" ] && [ "$errors" -eq 0 ] || failed=1
done
exit $failed
