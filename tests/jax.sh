#!/bin/sh
# Programs that JAX lowers, where JAX can be had: by the Python that JITC_JAX_PYTHON names, or as a PyPI package kept in
# the build folder. JITC_JAX_SAMPLE: how many of them, chosen by TEST_SEED; 0: all.   jax.sh JITC BUILD_DIR
set -eu
skip() { echo "skipped: $1" >&2; exit 77; }

here=$(dirname "$0")
python=${JITC_JAX_PYTHON:-python3}
if ! "$python" -c 'import jax' 2>/dev/null; then
  [ -z "${JITC_JAX_PYTHON:-}" ] || skip "$JITC_JAX_PYTHON has no JAX"
  folder=$2/jax-packages
  if [ ! -d "$folder" ]; then
    pip=python3
    if ! python3 -m pip --version >/dev/null 2>&1; then
      python3 -m venv "$2/jax-venv" >/dev/null 2>&1 || skip "there is neither pip nor python3-venv to get jax with"
      pip=$2/jax-venv/bin/python
    fi
    rm -rf "$folder.new"
    timeout 200 "$pip" -m pip install --quiet --disable-pip-version-check --target "$folder.new" 'jax==0.10.2' \
      >"$folder.log" 2>&1 || skip "jax cannot be installed: $(tail -n 1 "$folder.log")"
    mv "$folder.new" "$folder"
  fi
  PYTHONPATH=$folder
  export PYTHONPATH
fi
exec "$python" "$here/jax/run.py" "$1" --sample "${JITC_JAX_SAMPLE:-300}"
