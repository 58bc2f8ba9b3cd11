#!/usr/bin/env bash
# lint.sh BUILD_DIR [--changed]: clang-format and clang-tidy over the sources; the format is always
# checked everywhere (it is quick), --changed tidies only what differs from the branch it left, or
# from the previous commit.
set -euo pipefail
build=$1 scope=${2:-}
status=0

mapfile -t all < <(git ls-files '*.h' '*.cpp')
clang-format-14 --dry-run -Werror "${all[@]}" || status=1

# changed: sources that differ from the base; for a header, the source beside it that includes it.
changed() {
  local base file
  base=$(git merge-base HEAD origin/main 2>/dev/null || true)
  if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then
    base=$(git rev-parse --verify --quiet HEAD~1 || true)
  fi
  if [ -z "$base" ]; then
    git ls-files '*.cpp'
    return
  fi
  git diff --name-only --diff-filter=d "$base" -- '*.cpp' '*.h' | while read -r file; do
    file=${file%.h}
    file=${file%.cpp}.cpp
    [ ! -e "$file" ] || echo "$file"
  done | sort -u
}

if [ "$scope" = --changed ]; then
  mapfile -t files < <(changed)
else
  mapfile -t files < <(git ls-files '*.cpp')
fi
# Only what this configuration compiles: benchmarks may need packages that are not there.
tidy=()
for file in "${files[@]}"; do
  ! grep -q "\"file\": \".*/$file\"" "$build/compile_commands.json" || tidy+=("$file")
done
echo "clang-format: ${#all[@]} files; clang-tidy: ${#tidy[@]} files"
if [ ${#tidy[@]} -gt 0 ]; then
  printf '%s\0' "${tidy[@]}" |
    xargs -0 -n 1 -P "$(nproc)" clang-tidy-19 --quiet -p "$build" \
      --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-ignored-gch 2> >(grep -v ' warnings\? generated' >&2) || status=1
fi
exit $status
