#!/bin/sh
# Programs that JAX lowers, where JAX can be had: by the Python that JITC_JAX_PYTHON names, or as a PyPI package kept in
# the build folder. JITC_JAX_SAMPLE: how many of them, chosen by TEST_SEED; 0: all.   jax.sh JITC BUILD_DIR
set -eu
here=$(dirname "$0") build=$2
. "$here/pip.sh"

python=${JITC_JAX_PYTHON:-python3}
if ! "$python" -c 'import jax' 2>/dev/null; then
  [ -z "${JITC_JAX_PYTHON:-}" ] || skip "$JITC_JAX_PYTHON has no JAX"
  pip_get 200 jax-packages 'jax==0.10.2'
  PYTHONPATH=$folder
  export PYTHONPATH
fi
exec "$python" "$here/jax/run.py" "$1" --sample "${JITC_JAX_SAMPLE:-300}"
