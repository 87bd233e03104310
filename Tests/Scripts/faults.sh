#!/usr/bin/env bash
# Trials broken on purpose, the short form; all of it: python3 Tests/Scripts/faults.py
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 Tests/Scripts/faults.py --short
