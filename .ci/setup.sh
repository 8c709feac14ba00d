#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what running and testing need: Debian packages, and a virtual environment in .venv.
# It can be repeated; what is there already is left alone, and then no network is needed.
#
# Variables: TORCH_INDEX (where torch comes from), TORCH_VERSION, PYTHON (3.10 to 3.14; another than Debian's needs
# a compiler and the headers of GLib and cairo for PyGObject).
set -eu
cd "$(dirname "$0")/.."

PYTHON=${PYTHON:-/usr/bin/python3}
TORCH_VERSION=${TORCH_VERSION:-2.13.0}
TORCH_INDEX=${TORCH_INDEX:-}
CPU_INDEX=https://download.pytorch.org/whl/cpu

NEEDED="python3 python3-venv python3-gi python3-pydbus python3-cairo libportaudio2 libasound2-plugins dbus
libsndfile1 speech-dispatcher open-jtalk-mecab-naist-jdic"
# PyPI has the Japanese phonemizer as source only; the compiler is not needed once it is built.
TO_BUILD_JAPANESE="g++ cmake python3-dev"
# speech-dispatcher does not start without a module besides its dummy.
FOR_TESTS="libglib2.0-bin systemd util-linux mount pulseaudio-utils python3-speechd speech-dispatcher-espeak-ng
man-db groff mandoc appstream zsh fish build-essential debhelper dh-python pybuild-plugin-pyproject
python3-hatchling gettext lintian"

say() { printf '%s\n' "setup: $*"; }
fail() {
    printf '%s\n' "setup: $*" >&2
    exit 1
}

right_python() {
    "$PYTHON" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 15))' ||
        fail "$PYTHON is $("$PYTHON" -V), but PyTorch has releases for Python 3.10 to 3.14 alone: name one with PYTHON=..."
}
! command -v "$PYTHON" >/dev/null || right_python  # before anything is installed

# --- Debian packages ---------------------------------------------------------------------------------

missing() {
    for package in "$@"; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || printf '%s ' "$package"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        fail "these packages must be installed by root, and there is no sudo: $absent"
    fi
}

updated=
install_packages() {
    if [ -z "$updated" ]; then
        as_root apt-get update -qq || say "apt-get update failed; going on with the package lists that are here"
        updated=yes
    fi
    # Never at the price of removing anything: on a PipeWire desktop, pulseaudio would.
    as_root apt-get install -y -qq --no-install-recommends --no-remove "$@"
}

# All at once, else one by one those that can be: one that conflicts with what is here must not keep back the
# others. The rest is in $refused.
install_what_can_be() {
    refused=
    install_packages "$@" && return
    for package in "$@"; do
        install_packages "$package" || refused="$refused $package"
    done
}

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
    absent=$(missing $NEEDED)
    if [ -n "$absent" ]; then
        say "installing Debian packages: $absent"
        install_packages $absent || fail "apt-get could not install: $absent"
    fi
    absent=$(missing $FOR_TESTS)
    # The tests start a sound server of their own, of the kind that is here; on a PipeWire desktop PulseAudio
    # could not be installed beside it.
    if ! command -v pulseaudio >/dev/null; then
        if command -v pipewire-pulse >/dev/null; then
            absent="$absent$(missing pipewire pipewire-bin wireplumber)"
        else
            absent="${absent}pulseaudio"
        fi
    fi
    if [ -n "$absent" ]; then
        say "installing Debian packages for the tests: $absent"
        install_what_can_be $absent
        [ -z "$refused" ] || say "apt-get could not install:$refused; tests that need them will not pass"
    fi
    absent=$(missing $TO_BUILD_JAPANESE)
    if [ -n "$absent" ] && ! .venv/bin/python -c 'import pyopenjtalk' 2>/dev/null; then
        say "installing Debian packages that build the Japanese phonemizer: $absent"
        install_what_can_be $absent
        [ -z "$refused" ] || say "apt-get could not install:$refused"
    fi
    say "Debian packages are there"
else
    say "this is not Debian; the packages that Debian calls so are needed:" $NEEDED $FOR_TESTS
fi

# --- The virtual environment -------------------------------------------------------------------------

command -v "$PYTHON" >/dev/null || fail "$PYTHON is missing; PYTHON=... names another Python, 3.10 to 3.14"
right_python

if [ -e .venv ] && ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    fail ".venv is broken: \`make clean\` removes it"
fi
if [ ! -e .venv ]; then
    say "making .venv with $("$PYTHON" -V)"
    # Debian's packages bring gi and pydbus, which would otherwise need a compiler.
    "$PYTHON" -m venv --system-site-packages .venv || fail "python -m venv failed; Debian's python3-venv brings it"
fi
pip() { PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip "$@"; }

# --- torch, without CUDA -----------------------------------------------------------------------------

torch_here() {
    .venv/bin/python -c "
from importlib.metadata import version
import sys
sys.exit(version('torch').partition('+')[0] != '$TORCH_VERSION')" 2>/dev/null
}

# Says whether pip would take a build of torch that brings gigabytes of CUDA. The package's metadata tells;
# pip reads them without fetching the package from 25.1 on.
would_bring_cuda() {
    pip install -q --upgrade 'pip>=25.1' || return 0
    report=$(pip install -q --dry-run --no-deps --ignore-installed --report - "torch==$TORCH_VERSION") || return 0
    printf '%s' "$report" | .venv/bin/python -c "
import json, re, sys
needs = json.load(sys.stdin)['install'][0]['metadata'].get('requires_dist', [])
sys.exit(not any(re.match('nvidia|cuda', need) for need in needs))"
}

install_torch() {
    say "installing torch $TORCH_VERSION${1:+ from $1}"
    pip install -q ${1:+--index-url "$1"} "torch==$TORCH_VERSION"
}

if ! torch_here; then
    if [ -n "$TORCH_INDEX" ]; then
        install_torch "$TORCH_INDEX" || fail "torch could not be installed from $TORCH_INDEX"
    elif ! would_bring_cuda; then
        install_torch "" || fail "torch could not be installed; make setup TORCH_INDEX=... names another place"
    elif ! install_torch "$CPU_INDEX"; then
        say "this did not work; taking PyPI's, with gigabytes of CUDA (make setup TORCH_INDEX=... names another place)"
        install_torch "" || fail "torch could not be installed"
    fi
fi

# --- This project ------------------------------------------------------------------------------------

stamp=.venv/kokoro-speechd-setup
wanted=$(cksum <pyproject.toml)
if [ "$(cat $stamp 2>/dev/null || true)" != "$wanted" ]; then
    say "installing kokoro-speechd and what it needs into .venv"
    # Not what they name themselves: spaCy, which nothing here uses, and of Python only releases before 3.13.
    pip install -q --no-deps --ignore-requires-python 'kokoro>=0.9.4,<0.10' 'misaki>=0.9.4,<0.10' ||
        fail "pip could not install kokoro and misaki"
    if ! pip install -q -e '.[ja,zh,languages,onnx,test,lint,distribution]'; then
        say "this did not work; trying without what must be compiled on some Pythons, and then that alone"
        pip install -q -e '.[zh,onnx,test,lint,distribution]' || fail "pip could not install what pyproject.toml names"
        pip install -q -e '.[ja]' ||
            say "THE JAPANESE READER COULD NOT BE INSTALLED: espeak-ng will speak Japanese, and its tests are skipped"
        pip install -q -e '.[languages]' ||
            say "LANGUAGES OF THE LATIN ALPHABET ARE NOT TOLD APART: fasttext-predict could not be installed"
    fi
    printf '%s\n' "$wanted" >$stamp
fi

# Installing has compiled the kernels; here that is done again when their source has changed since.
kernels=kokoro_speechd/synthesis/fast
for source in $kernels/kernels.c $kernels/kernels_vectors.h distribution/compile_kernels.py; do
    if [ ! $kernels/libkernels.so -nt $source ]; then
        say "compiling the kernels"
        .venv/bin/python -m distribution.compile_kernels ||
            say "THE KERNELS COULD NOT BE COMPILED: speech is made slower, and their tests will not pass"
        break
    fi
done

# --- Ears: what hears the real voice in tests/real_voice ---------------------------------------------

ears_here() {
    .venv/bin/python -c "
from importlib.util import find_spec
import sys
names = 'faster_whisper jiwer pesq pystoi pyloudnorm parselmouth distillmos xls_r_sqa'
sys.exit(any(find_spec(name) is None for name in names.split()))"
}

if ! ears_here; then
    if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
        absent=$(missing g++ python3-dev)  # PyPI has pesq as source only
        [ -z "$absent" ] || install_packages $absent || say "apt-get could not install: $absent"
    fi
    say "installing what hears the voice in the tests"
    # distillmos and xls-r-sqa without what they need for other programs, torchaudio with CUDA among it.
    if ! { pip install -q -e '.[ears]' && pip install -q --no-deps distillmos==0.9.1 xls-r-sqa==0.1.0; }; then
        say "THE EARS COULD NOT BE INSTALLED: the tests that listen to the real voice are skipped, in CI they fail"
    fi
fi
say "everything is in place"
