#!/usr/bin/env bash
# Makes .venv and installs Sufler into it with pinned versions: install.sh VENV EXTRAS [TORCH_INDEX]
set -euo pipefail
venv=$1 extras=$2 torch_index=${3:-}

fail() { printf '\nSufler: %s\n' "$1" >&2; exit 1; }

find_python() {
    local name
    for name in ${PYTHON:-python3 python3.11 python3.12 python3.13 python}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

[ "$(uname -sm)" = "Linux x86_64" ] && ! ldd --version 2>&1 | grep -qi musl ||
    fail "this machine is $(uname -sm); the encoder is prepared on Linux x86-64 with glibc only (WSL 2 is one)."

if ! "$venv/bin/python" -c '' 2>/dev/null; then
    python=$(find_python) ||
        fail "Python 3.11 or newer is needed and was not found. Install it, or name one: make run PYTHON=/path/to/python3.11"
    echo "Making $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv" ||
        fail "the environment could not be made. On Debian and Ubuntu: apt-get install python3-venv"
fi

# pip tells too much or, with -q, nothing for minutes: one line that moves says enough.
show() {
    local line looked=0 name began=$SECONDS
    while IFS= read -r line; do
        case $line in
        Collecting*)
            looked=$((looked + 1))
            name=${line#Collecting }
            if [ -t 1 ]; then
                printf '\r\033[K  %d packages, %d s: %s' "$looked" $((SECONDS - began)) "${name%% *}"
            elif [ $((looked % 25)) = 0 ]; then
                echo "  $looked packages, $((SECONDS - began)) s"
            fi
            ;;
        Installing\ collected*)
            [ -t 1 ] && printf '\r\033[K'
            name=${line#*: } name=${name//[^,]/}
            echo "  unpacking $((${#name} + 1)) packages (a minute or so)"
            ;;
        esac
    done
    [ -t 1 ] && printf '\r\033[K'
    echo "  installed in $((SECONDS - began)) s"
}

log=$venv/install.log
options=(--constraint constraints.txt --disable-pip-version-check)
if [ -n "$torch_index" ]; then options+=(--extra-index-url "$torch_index"); fi
echo "Installing what Sufler needs (about 1.8 GB with PyTorch's CPU build; only this once)"
"$venv/bin/python" -m pip install "${options[@]}" --editable ".[$extras]" 2>&1 | tee "$log" | show || {
    grep -E '^ERROR' "$log" | head -5 >&2 || true
    fail "the packages could not be installed; the whole log is in $log"
}
