#!/bin/sh
# Makes the virtual environment: with uv where it is installed, else with python3's own venv and pip.
set -eu
venv=$1

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

python=""
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if fits "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    echo "Northstar needs Python 3.11, 3.12 or 3.13; install one, or name it: make setup PYTHON=/path/to/python" >&2
    exit 1
fi

echo "Making $venv with $("$python" --version) (once; it takes about a minute) …" >&2
rm -rf "$venv"
if command -v uv >/dev/null; then
    uv venv -q --python "$python" "$venv"
    install() { uv pip install -q --python "$venv/bin/python" "$@"; }
else
    "$python" -m venv "$venv"
    install() { "$venv/bin/python" -m pip install -q --disable-pip-version-check "$@"; }
fi
echo "Installing $(grep -c '==' requirements-dev.txt) packages …" >&2
install --require-hashes -r requirements-dev.txt
echo "Installing northstar …" >&2
install --no-deps --no-build-isolation -e .
echo "Ready." >&2
