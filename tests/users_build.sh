#!/bin/sh
# A user's program compiles with pkg-config alone, warning-free, against the tree and against an installed library,
# and runs.   users_build.sh SOURCE_ROOT BUILD_ROOT
source=$1 build=$2
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
flags="-std=c11 -Wall -Wextra -pedantic -Werror"

printf '#include <jitc.h>\nint main(void) { return 0; }\n' > "$work/empty.c"

verdict() { # verdict STATUS WHAT
  if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $2"; fi
}

try() { # try LABEL: compiles and runs with the pkg-config variables that are set
  for compiler in gcc clang; do
    command -v $compiler >/dev/null || { skipped=$((skipped + 1)); continue; }
    for program in "$work/empty.c" "$source"/examples/*.c; do
      [ -e "$program" ] || continue
      $compiler $flags "$program" -o "$work/program" $(pkg-config --cflags --libs jitc)
      verdict $? "$1: $compiler $program"
    done
    $compiler $flags "$work/empty.c" -o "$work/program" $(pkg-config --cflags --libs jitc) && "$work/program"
    verdict $? "$1: running a program built by $compiler"
  done
}

if [ ! -e "$source/frontend/jitc.h" ]; then
  echo "0 passed, 0 failed, 1 skipped"
  exit 77
fi
export PKG_CONFIG_PATH="$build/meson-uninstalled"
try "against the tree"

DESTDIR="$work/root" meson install -C "$build" --no-rebuild --quiet >/dev/null
verdict $? "meson install"
pc=$(find "$work/root" -name jitc.pc)
export PKG_CONFIG_PATH="${pc%/*}" PKG_CONFIG_SYSROOT_DIR="$work/root"
library=$(find "$work/root" -name libjitc.so)
export LD_LIBRARY_PATH="${library%/*}"
try "against the installed library"

echo "$passed passed, $failed failed$([ $skipped = 0 ] || echo ", $skipped skipped")"
[ $failed = 0 ]
