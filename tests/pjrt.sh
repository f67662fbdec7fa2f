#!/bin/sh
# Runs the tests against XLA where its plugin can be had: the one that TEST_PJRT_PLUGIN names, or the CPU plugin of the
# PyPI package xla-cpu-pjrt, kept in the build folder.   pjrt.sh TEST_PROGRAM BUILD_DIR
set -eu
build=$2
. "$(dirname "$0")/pip.sh"

if [ -z "${TEST_PJRT_PLUGIN:-}" ]; then
  pip_get 120 pjrt-plugin xla-cpu-pjrt --no-deps
  TEST_PJRT_PLUGIN=$folder/xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so
  [ -e "$TEST_PJRT_PLUGIN" ] || skip "xla-cpu-pjrt has no xla_cpu_pjrt.so"
fi
export TEST_PJRT_PLUGIN
exec "$1"
