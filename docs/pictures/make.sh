#!/usr/bin/env bash
# Makes the pictures of the pages: make.sh FAULTLINE_VIZ FAULTLINE. Needs a display, and chromium.
set -euo pipefail
viz=$1
faultline=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

"$viz" cache-outage --at 55s --screenshot "$here/healthy.png"
"$viz" region-outage --at 110s --theme dark --size 1600x900 --screenshot "$here/cascade.png"
"$viz" retry-storm retry-storm-budget --at 40s --size 1600x720 --screenshot "$here/comparison.png"

page=$(mktemp --suffix=.html)
"$faultline" run retry-storm --report "$page" >/dev/null
python3 -B "$here/../../tests/report/picture.py" "$page" "$here/report.png"
convert "$here/report.png" +dither -colors 64 -strip "$here/report.png"
rm -f "$page"
