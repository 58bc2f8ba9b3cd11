#!/usr/bin/env bash
# The suites of a test executable are those named: suites.sh EXECUTABLE SUITE...
set -euo pipefail
tests=$1
shift
found=$("$tests" --gtest_list_tests | grep '^[A-Za-z]*\.$' | tr -d '.' | sort)
named=$(printf '%s\n' "$@" | sort)
diff <(echo "$named") <(echo "$found")
