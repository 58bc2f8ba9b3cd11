#!/usr/bin/env bash
# installed_library.sh CMAKE BUILD_DIR: an installed binary lists the scenarios installed beside it,
# not those of the source folder: one that is deleted from the prefix is no longer listed.
set -euo pipefail
cmake=$1 build=$2
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
unset FAULTLINE_LIBRARY
"$cmake" --install "$build" --prefix "$prefix" >/dev/null

before=$("$prefix/bin/faultline" list --names | wc -l)
files=("$prefix"/share/faultline/scenarios/library/*.json)
if [ "$before" -ne "${#files[@]}" ]; then
  echo "installed ${#files[@]} scenarios, but 'faultline list --names' prints $before"
  exit 1
fi
# A file that nothing extends, so that the others stay valid.
for file in "${files[@]}"; do
  grep -lq "\"$(basename "$file")\"" "${files[@]}" || { rm "$file"; break; }
done
after=$("$prefix/bin/faultline" list --names | wc -l)
if [ "$after" -ne $((before - 1)) ]; then
  echo "deleted one of $before installed scenarios, but 'faultline list --names' prints $after"
  exit 1
fi
