#!/bin/sh
# Runs the tests against XLA where its plugin can be had: the one that JITC_PJRT_PLUGIN names, or the CPU plugin of the
# PyPI package xla-cpu-pjrt, kept in the build folder.   pjrt.sh TEST_PROGRAM BUILD_DIR
set -eu
skip() { echo "skipped: $1" >&2; exit 77; }

if [ -z "${JITC_PJRT_PLUGIN:-}" ]; then
  folder=$2/pjrt-plugin
  plugin=$folder/xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so
  if [ ! -e "$plugin" ]; then
    # The folder's own Python environment where the system's Python has no pip.
    python=python3
    if ! python3 -m pip --version >/dev/null 2>&1; then
      python3 -m venv "$2/pjrt-venv" >/dev/null 2>&1 || skip "there is neither pip nor python3-venv to get xla-cpu-pjrt with"
      python=$2/pjrt-venv/bin/python
    fi
    rm -rf "$folder.new"
    timeout 120 "$python" -m pip install --quiet --disable-pip-version-check --no-deps --target "$folder.new" \
      xla-cpu-pjrt >"$folder.log" 2>&1 || skip "xla-cpu-pjrt cannot be installed: $(tail -n 1 "$folder.log")"
    rm -rf "$folder"
    mv "$folder.new" "$folder"
  fi
  [ -e "$plugin" ] || skip "xla-cpu-pjrt has no xla_cpu_pjrt.so"
  JITC_PJRT_PLUGIN=$plugin
fi
export JITC_PJRT_PLUGIN
exec "$1"
