#!/usr/bin/env bash
# digest_matrix.sh BINARY... -- SCENARIO... [-- RUN_FLAG...]: every binary must print the same
# `digest` and `outcome_digest` for a scenario, whatever compiler and build type made it.
set -euo pipefail

binaries=() scenarios=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do binaries+=("$1"); shift; done
[ $# -eq 0 ] || shift
while [ $# -gt 0 ] && [ "$1" != -- ]; do scenarios+=("$1"); shift; done
[ $# -eq 0 ] || shift
if [ ${#binaries[@]} -lt 2 ] || [ ${#scenarios[@]} -eq 0 ]; then
  echo "usage: digest_matrix.sh BINARY BINARY... -- SCENARIO... [-- RUN_FLAG...]" >&2
  exit 2
fi

# digests BINARY SCENARIO FLAG...: the two digests of a run as one line, or nothing.
digests() {
  local binary=$1 result
  shift
  result=$("$binary" run "$@" --format json) || return 0
  for key in digest outcome_digest; do
    grep -oE "\"$key\": *\"[0-9a-f]+\"" <<<"$result" | head -n 1 | tr -d '" '
  done | paste -sd ' '
}

status=0
for scenario in "${scenarios[@]}"; do
  expected=
  for binary in "${binaries[@]}"; do
    got=$(digests "$binary" "$scenario" "$@")
    if [[ $got != digest:*outcome_digest:* ]]; then
      echo "FAILED  $scenario: $binary gave no digests"
      status=1
    elif [ -z "$expected" ]; then
      expected=$got
    elif [ "$got" != "$expected" ]; then
      echo "DIFFERS $scenario: ${binaries[0]} $expected"
      echo "        $scenario: $binary $got"
      status=1
    fi
  done
  echo "$scenario $expected"
done
[ $status -ne 0 ] || echo "${#scenarios[@]} scenarios, ${#binaries[@]} binaries: all the same"
exit $status
