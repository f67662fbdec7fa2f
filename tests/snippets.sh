#!/bin/sh
# The C in README.md and docs/*.md compiles without a warning under gcc and clang: as a file, or where it is no file,
# inside main.   snippets.sh SOURCE_ROOT
source=$1
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
flags="-std=c11 -Wall -Wextra -pedantic -Werror -Wno-unused-variable -Wno-unused-function -Wno-unused-but-set-variable"

for page in "$source"/README.md "$source"/docs/*.md; do
  awk -v to="$work/$(basename "$page" .md)" '
    /^```c$/ { file = to "-" NR ".txt"; next }
    /^```/ { file = "" }
    file { print > file }' "$page"
done

compiles() { $1 $flags -I"$source/frontend" -fsyntax-only "$2" 2>"$work/log"; }

for text in "$work"/*.txt; do
  [ -e "$text" ] || continue
  whole=${text%.txt}.c inside=${text%.txt}-inside.c
  { printf '#include <jitc.h>\n#include <stdio.h>\n'; cat "$text"; } >"$whole"
  { printf '#include <jitc.h>\n#include <stdio.h>\nint main(void) {\n'; cat "$text"; printf '}\n'; } >"$inside"
  for compiler in gcc clang; do
    command -v $compiler >/dev/null || { skipped=$((skipped + 1)); continue; }
    if compiles $compiler "$inside" || compiles $compiler "$whole"; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      echo "FAILED: $compiler: $(basename "${text%.txt}") (page and line)"
      head -5 "$work/log"
    fi
  done
done
[ $passed -gt 0 ] || failed=$((failed + 1))
echo "$passed passed, $failed failed$([ $skipped = 0 ] || echo ", $skipped skipped")"
[ $failed = 0 ]
