#!/usr/bin/env bash
# no_libm.sh NM ARCHIVE: fails when an object in ARCHIVE calls a transcendental function of libm.
# Our own log, exp and pow carry a mangled name, so that only C's bare names are found here.
set -euo pipefail
nm=$1 archive=$2
names='a?(sin|cos|tan)h?|atan2|sincos|exp|exp2|exp10|expm1|log|log2|log10|log1p|pow|cbrt|hypot'
names+='|erfc?|[lt]gamma|lgamma_r|j[01n]|y[01n]'
symbols=$("$nm" --undefined-only "$archive")
found=$(awk '$1 == "U" { print $2 }' <<<"$symbols" | sort -u |
  grep -xE "(__)?($names)[fl]?(_finite)?" || true)
if [ -n "$found" ]; then
  echo "$archive calls libm:" $found
  exit 1
fi
