#!/usr/bin/env bash
# The writer against libSBML, libRoadRunner and COPASI: on the published models, where they are.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=.venv/bin/python
[ -x "$python" ] && "$python" -c 'import libsbml' 2>/dev/null || { echo "skipped: python-libsbml is not installed"; exit 0; }
models=()
[ -d "${PERFORIN_BIOMODELS:-../shared/models/biomodels}" ] && models+=("${PERFORIN_BIOMODELS:-../shared/models/biomodels}"/*.xml)
[ ${#models[@]} -gt 0 ] || { echo "skipped: no folder of published models"; exit 0; }
"$python" Tests/Scripts/sbml_oracles.py .build/release/perforin "${models[@]}"
