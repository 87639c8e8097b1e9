#!/usr/bin/env bash
# Set up everything Klinikkonsol needs on a bare Debian or Ubuntu: system packages, uv, Python packages, translations.
#   scripts/setup.sh            what the console and its demo need
#   scripts/setup.sh --test     that, the TURN server of the network lab, and the independent FHIR server of the
#                               contract tests
#   scripts/setup.sh --installer    that, and what PyInstaller needs
set -euo pipefail
cd "$(dirname "$0")/.."

UV_VERSION=0.13.8
CONSOLE_PACKAGES="libglib2.0-0 libegl1 libgl1 libfontconfig1 libpulse0 libxrandr2 libxcb-cursor0 libxcb-icccm4
  libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0 libwayland-cursor0 libgssapi-krb5-2 fonts-dejavu-core"
DEMO_PACKAGES="python3-venv xvfb xauth chromium ca-certificates"
TEST_PACKAGES="pulseaudio iproute2 espeak-ng coturn"
INSTALLER_PACKAGES="binutils"
# A Debian Python keeps its shared library, which PyInstaller packs, in a package of its own.
case "$(readlink -f "$(command -v python3)")" in /usr/bin/*) INSTALLER_PACKAGES="$INSTALLER_PACKAGES libpython3-dev" ;; esac

say() { printf '\033[1m%s\033[0m\n' "$*"; }
fail() { printf 'Setup cannot go on: %s\n' "$*" >&2; exit 1; }

with_test=no
extra_packages=
case "${1:-}" in
  --test) with_test=yes; extra_packages=$TEST_PACKAGES ;;
  --installer) extra_packages=$INSTALLER_PACKAGES ;;
esac

# A package is there under its own name or, since the 64-bit time transition, with t64 behind it.
installed() {
  { dpkg-query -W -f='${Status}\n' "$1" "$1t64" 2>/dev/null || true; } | grep -q '^install ok installed'
}

have_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

install_packages() {
  local missing=() name
  for name in $CONSOLE_PACKAGES $DEMO_PACKAGES $extra_packages; do
    [ "$name" = chromium ] && have_browser >/dev/null && continue
    installed "$name" || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || fail "these system packages are missing and there is no apt-get: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || [ -t 0 ] || fail "these packages are missing; ask an administrator for: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing system packages: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  # Debian starts a TURN server as soon as there is one; the lab starts its own, and only while it is used.
  if [[ " ${missing[*]} " == *" coturn "* ]] && [ -d /run/systemd/system ]; then
    "${as_root[@]}" systemctl disable --now coturn >/dev/null 2>&1 || fail "coturn's own service could not be disabled"
  fi
  have_browser >/dev/null || fail "no Chromium was found after installing; on Ubuntu run: snap install chromium"
}

find_python() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "Python 3.11, 3.12 or 3.13 is needed (apt-get install python3 python3-venv)"
}

find_uv() {
  if [ ! -x .uv/bin/uv ] || [ "$(.uv/bin/uv --version | cut -d' ' -f2)" != "$UV_VERSION" ]; then
    say "Installing uv $UV_VERSION into .uv" >&2
    "$1" -m venv --clear .uv >&2
    .uv/bin/pip install --quiet --disable-pip-version-check "uv==$UV_VERSION" >&2
  fi
  echo .uv/bin/uv
}

install_packages
python=$(find_python)
uv=$(find_uv "$python")
# The system's certificates, so that a clinic's or a region's own proxy is trusted where the system trusts it.
export UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_SYSTEM_CERTS=true
# Only the first time: naming the interpreter again would make uv build the environment anew at every call.
[ -x .venv/bin/python ] || "$uv" venv --quiet --clear --python "$python" .venv
"$uv" sync --frozen --quiet
.venv/bin/python -m scripts.translate release

if [ $with_test = yes ] && ! cmp -s scripts/peer-requirements.txt .peer/installed.txt; then
  say "Installing the independent FHIR server for the contract tests into .peer"
  "$uv" venv --quiet --clear --python "$python" .peer
  "$uv" pip install --quiet --python .peer --require-hashes -r scripts/peer-requirements.txt
  cp scripts/peer-requirements.txt .peer/installed.txt
fi
