# Read by tests that need a package from PyPI: skip, and pip_get SECONDS NAME PACKAGE [OPTION..], which keeps it in the
# folder $build/NAME.
skip() { echo "skipped: $1" >&2; exit 77; }

pip_get() {
  seconds=$1 folder=$build/$2 package=$3
  shift 3
  [ ! -d "$folder" ] || return 0
  # An environment of its own where the system's Python has no pip.
  pip=python3
  if ! python3 -m pip --version >/dev/null 2>&1; then
    python3 -m venv "$folder-venv" >/dev/null 2>&1 || skip "there is neither pip nor python3-venv to get $package with"
    pip=$folder-venv/bin/python
  fi
  rm -rf "$folder.new"
  timeout "$seconds" "$pip" -m pip install --quiet --disable-pip-version-check "$@" --target "$folder.new" "$package" \
    >"$folder.log" 2>&1 || skip "$package cannot be installed: $(tail -n 1 "$folder.log")"
  mv "$folder.new" "$folder"
}
