# shellcheck shell=bash
# What the scripts in tools/ share. Source it; it changes nothing but the environment of the script.

# shellcheck disable=SC2034 # for those who source this
TILL_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TILL_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/till

# Where the tests find a Python with the packages that they need.
export TILL_PYTHON=$TILL_CACHE/python/bin/python3
# And Node the packages that they need.
export TILL_NODE_MODULES=$TILL_CACHE/node/node_modules

# A Node for machines without one that is new enough, and the folder of its programs.
TILL_NODE_RUNTIME=$TILL_CACHE/node-runtime
# shellcheck disable=SC2034 # for those who source this
TILL_NODE_PROGRAMS=$TILL_NODE_RUNTIME/programs

# One target directory for everything and outside the clone: a fresh clone, a second worktree and CI then all find the
# eleven hundred dependencies already built.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$TILL_CACHE/target}

# With RUSTUP_TOOLCHAIN set, Anchor's IDL code runs `rustup toolchain install` and so changes the machine's toolchain.
# Nothing here needs another toolchain than the default one.
unset RUSTUP_TOOLCHAIN

# Colours for people, not for logs.
if [ -t 2 ]; then
    bold=$'\033[1m' red=$'\033[31m' plain=$'\033[0m'
else
    bold='' red='' plain=''
fi

# heading TEXT: one line for each step, so that a long run can be followed.
heading() {
    printf '%s==>%s %s\n' "$bold" "$plain" "$*" >&2
}

# die TEXT...: each argument is a line; the first says what is wrong, the others what to do.
die() {
    printf '%serror:%s %s\n' "$red" "$plain" "$1" >&2
    shift
    local line
    for line in "$@"; do
        printf '       %s\n' "$line" >&2
    done
    exit 1
}

# quietly COMMAND...: runs it and shows what it said only when it fails.
quietly() {
    local log status=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        cat "$log" >&2
    fi
    rm -f "$log"
    return "$status"
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# Whether `node` is as new as package.json says that it must be, and comes with npm.
node_is_new_enough() {
    have node && have npm || return
    local needed version
    needed=$(sed -n 's/.*"node": ">=\(.*\)".*/\1/p' "$TILL_ROOT/package.json")
    version=$(node --version 2>/dev/null) || return
    [ "$(printf '%s\n%s\n' "$needed" "${version#v}" | sort -V | head -n 1)" = "$needed" ]
}

# Before all others where the machine's own is too old; scripts and tests then find it as `node`.
node_is_new_enough || export PATH="$TILL_NODE_PROGRAMS:$PATH"

# as_root COMMAND...: through sudo unless we are root already.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        die "root is needed for: $*" "Run that as root, then start again."
    fi
}

# apt_candidate PACKAGE: the version that apt would install; nothing if it knows none.
apt_candidate() {
    LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p' | grep -vx '(none)' || true
}

# A fresh container has apt but no package lists; fetch them, once.
apt_lists() {
    if [ -z "$(apt_candidate libc6)" ]; then
        quietly as_root apt-get update
    fi
}

# apt_install PACKAGE...: installs what is missing; asks for root only when something is.
apt_install() {
    local package missing=()
    for package in "$@"; do
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            missing+=("$package")
        fi
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    heading "installing ${missing[*]}"
    apt_lists
    # The list that apt has may name a version that the mirror no longer holds: refresh and try again before giving up.
    apt_get_install "${missing[@]}" >/dev/null 2>&1 || {
        quietly as_root apt-get update
        quietly apt_get_install "${missing[@]}"
    }
}

apt_get_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}
