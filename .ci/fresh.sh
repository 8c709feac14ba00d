#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds a bare Debian in a folder, runs the README's two commands in it as somebody does who just came, and says
# what happened. Nothing of it is left. Needs root, mmdebstrap and a network.
#
# Variables: RELEASE (bookworm, trixie), FRESH_COMMANDS ("make run;make test"), FRESH_MODEL (a folder with a model,
# for the real voice), FRESH_BIND (folders of this machine that are seen in there, too, such as an index of pip's),
# FRESH_KEEP (a folder for the transcript), MIRROR; and those of .ci/setup.sh. The settings of pip and npm and
# the certificates are this machine's.
set -eu

say() { printf '%s\n' "fresh: $*"; }
fail() {
    printf '%s\n' "fresh: $*" >&2
    exit 1
}

# --- Inside: a process of its own, with its own mounts and processes, all of which end with it --------------

inside() {
    root=$1
    # A place of its own in the tree of mounts, so that what is below can be made the root.
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    for folder in $FRESH_BIND; do
        mkdir -p "$root$folder"
        mount --bind -o ro "$folder" "$root$folder"
    done
    if [ -n "$FRESH_MODEL" ]; then
        model=$root/root/.local/share/kokoro-speechd/model
        mkdir -p "$model"
        mount --bind "$FRESH_MODEL" "$model"
    fi
    mkdir -p "$root/before"
    cd "$root"
    pivot_root . before
    umount --lazy /before
    cd /root/kokoro-speechd
    failed=0
    old=$IFS
    IFS=';'
    for command in $FRESH_COMMANDS; do
        IFS=$old
        begun=$(date +%s)
        outcome=0
        env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            DEBIAN_FRONTEND=noninteractive TORCH_INDEX="$TORCH_INDEX" ${PIP_TIMEOUT:+PIP_DEFAULT_TIMEOUT=$PIP_TIMEOUT} \
            sh -c "$command" </dev/null || outcome=$?
        echo "fresh: [$RELEASE] $command: exit code $outcome, $(($(date +%s) - begun)) s"
        [ "$outcome" = 0 ] || failed=1
        IFS=';'
    done
    exit $failed
}

if [ "${1:-}" = --inside ]; then
    inside "$2"
fi

# --- Outside -------------------------------------------------------------------------------------------------

cd "$(dirname "$0")/.."
RELEASE=${RELEASE:-trixie}
MIRROR=${MIRROR:-http://deb.debian.org/debian}
FRESH_COMMANDS=${FRESH_COMMANDS:-make run;make test}
FRESH_BIND=${FRESH_BIND:-}
FRESH_MODEL=${FRESH_MODEL:-}
FRESH_KEEP=${FRESH_KEEP:-}
TORCH_INDEX=${TORCH_INDEX:-}
PIP_TIMEOUT=${PIP_TIMEOUT:-}
export RELEASE FRESH_COMMANDS FRESH_BIND FRESH_MODEL TORCH_INDEX PIP_TIMEOUT

[ "$(id -u)" = 0 ] || fail "only root can build a machine and mount what it needs: sudo make fresh RELEASE=$RELEASE"
command -v mmdebstrap >/dev/null || fail "mmdebstrap is missing: apt-get install mmdebstrap"
command -v git >/dev/null || fail "git is missing: apt-get install git"
if [ -n "$FRESH_MODEL" ] && [ ! -d "$FRESH_MODEL" ]; then
    fail "FRESH_MODEL=$FRESH_MODEL is no folder"
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/fresh-$RELEASE.XXXXXX")
trap 'rm -rf --one-file-system "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
root=$folder/root

begun=$(date +%s)
say "building a bare Debian $RELEASE"
mmdebstrap --quiet --variant=minbase --include=ca-certificates,git,make,python3,python3-venv "$RELEASE" "$root" "$MIRROR" ||
    fail "mmdebstrap could not build it"
say "built in $(($(date +%s) - begun)) s, $(du -sm "$root" | cut -f 1) MB"

for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
    if [ -e "$file" ]; then
        rm -f "$root$file"
        cp -L "$file" "$root$file"
    fi
done
for file in .config/pip/pip.conf .npmrc; do
    if [ -e "${HOME:-/root}/$file" ]; then
        mkdir -p "$root/root/$(dirname "$file")"
        cp -L "${HOME:-/root}/$file" "$root/root/$file"
    fi
done
# What git knows, as it lies here; a newcomer has nothing else.
mkdir "$root/root/kokoro-speechd"
git ls-files -z --cached --others --exclude-standard | xargs -0 sh -c '
    for name; do [ -e "$name" ] && printf "%s\0" "$name"; done' sh |
    tar -c --null -T - -f - | tar -x -C "$root/root/kokoro-speechd" -f -
git -C "$root/root/kokoro-speechd" init -q
git -C "$root/root/kokoro-speechd" add -A
git -C "$root/root/kokoro-speechd" -c user.name=fresh -c user.email=fresh@invalid commit -q -m fresh

outcome=0
: >"$folder/transcript" # before anybody looks for it
unshare --mount --pid --fork --kill-child --propagation private sh .ci/fresh.sh --inside "$root" >"$folder/transcript" 2>&1 &
child=$!
tail -f --pid="$child" "$folder/transcript" &
wait "$child" || outcome=$?
wait
say "installed: $(du -sm "$root" | cut -f 1) MB in all, of it .venv $(du -sm "$root/root/kokoro-speechd/.venv" 2>/dev/null | cut -f 1) MB"
say "what was seen on $RELEASE:"
grep -E '^(fresh: \[|run: |Spoken by|setup: (THE|LANGUAGES|apt-get could not)|FAILED|ERROR |=+ .*(passed|failed)|[0-9]+ (passed|failed))' \
    "$folder/transcript" | sort -u | sed 's/^/  /' || true
if [ -n "$FRESH_KEEP" ]; then
    mkdir -p "$FRESH_KEEP"
    cp "$folder/transcript" "$FRESH_KEEP/fresh-$RELEASE.txt"
fi
[ "$outcome" = 0 ] || fail "$RELEASE: something failed, see above"
say "$RELEASE: all is well"
