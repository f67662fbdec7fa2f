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
# Nearly all of the time is XLA's, compiling: a quarter of it with little optimization and without MLIR. A flag that XLA
# does not know ends the process.
if [ -z "${XLA_FLAGS:-}" ] && grep -q xla_cpu_use_fusion_emitters "$TEST_PJRT_PLUGIN"; then
  XLA_FLAGS="--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1"
  export XLA_FLAGS
fi
export TEST_PJRT_PLUGIN
exec "$1"
