#!/usr/bin/env bash
# Assembled models, exported with their doses, in libRoadRunner: two years of treatment to 1e-5 of each state's range.
# Ours runs the export as it is, libRoadRunner the export with shallow algebra, which it can load.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=.venv/bin/python
perforin=.build/release/perforin
[ -x "$python" ] && "$python" -c 'import roadrunner' 2>/dev/null || { echo "skipped: libroadrunner is not installed"; exit 0; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
status=0

compare() { # compare MODEL FIRST-DAY THERAPY: twelve readings a week, none at the time of a dose
    local model=$1 first=$2 therapy=$3 weeks=$((($2 + 736) / 7)) states
    local dosed=()
    [ -z "$therapy" ] || dosed=(--therapy "$therapy" --from "${first}d" --until 2y)
    "$perforin" model export "$model" "${dosed[@]}" --out "$folder/exact.xml"
    "$perforin" model export "$model" "${dosed[@]}" --shallow --out "$folder/shallow.xml"
    states=$("$python" -c 'import libsbml, sys
model = libsbml.readSBML(sys.argv[1]).getModel()
print(",".join(rule.getVariable() for rule in model.getListOfRules() if rule.isRate()))' "$folder/exact.xml")
    "$perforin" run "$folder/exact.xml" --duration $((7 * weeks)) --steps $((12 * weeks)) --observe "$states" --rtol 1e-9 \
        --quiet --out "$folder/ours.csv"
    printf '%s, %s: ' "$model" "${therapy:-untreated}"
    "$python" Tests/Scripts/assembled_oracle.py "$folder/shallow.xml" "$folder/ours.csv" "$first" 1e-5 2>/dev/null \
        | { grep -v '^\[WARNING\]' || true; } || status=1
}

# Drugs that leave within days are given throughout: a year after the last dose their amounts underflow (1e-300), and
# CVODE's corrector fails there in libRoadRunner.
compare healthy 3 ""
compare nsclc 1501 "pembrolizumab 200 mg q3w + docetaxel 75 mg/m2 q3w"
compare nsclc 1501 "atezolizumab 1200 mg q3w + docetaxel 75 mg/m2 q3w"
compare nsclc 1501 "pembrolizumab 200 mg q3w + carboplatin 5 AUC q3w"
compare tnbc 1501 "pembrolizumab 200 mg q3w"
compare cll 1501 "docetaxel 75 mg/m2 q3w"
compare nsclc 1501 "ipilimumab 3 mg/kg q3w x 4 + nivolumab 1 mg/kg q3w x 4 then nivolumab 240 mg q2w"

# Cancers with classes of therapy, a dozen chosen by the checksum of their names; the whole table is Documentation/Roadrunner.md.
"$python" Tests/Scripts/assembled_pairs.py --sample 12 2> >(grep -v '^\[WARNING\]' >&2 || true) || status=1
exit $status
