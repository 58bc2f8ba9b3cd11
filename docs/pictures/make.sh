#!/usr/bin/env bash
# Makes the pictures of the README from the window: make.sh FAULTLINE_VIZ. Needs a display.
set -euo pipefail
viz=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

"$viz" cache-outage --at 55s --screenshot "$here/healthy.png"
"$viz" region-outage --at 110s --theme dark --size 1600x900 --screenshot "$here/cascade.png"
"$viz" retry-storm retry-storm-budget --at 40s --size 1600x720 --screenshot "$here/comparison.png"
