#!/bin/sh
# Installs the Debian packages of the named sets that are not on this machine yet; does nothing
# where all are. Sets: build (to compile and run), check (formatters, fuzzers, validators).
set -eu

build="g++ cmake ninja-build pkg-config ccache mold
    qt6-base-dev qt6-svg-dev qt6-qpa-plugins libgl-dev libvulkan-dev qtkeychain-qt6-dev
    nlohmann-json3-dev libspdlog-dev libgraphviz-dev libsimdjson-dev libsqlite3-dev libzstd-dev
    libxxhash-dev libarchive-dev zlib1g-dev libre2-dev libboost-dev libcli11-dev libedit-dev libprotozero-dev bubblewrap
    fonts-inter fonts-jetbrains-mono fonts-noto-core"
check="sqlite3 dbus-daemon gnome-keyring libsecret-1-0 clang-14 libclang-rt-14-dev clang-format-14 desktop-file-utils appstream
    shared-mime-info"

wanted=
for set in "$@"; do
    case $set in
        build) wanted="$wanted $build" ;;
        check) wanted="$wanted $check" ;;
        *) echo "packages.sh: unknown set $set" >&2; exit 2 ;;
    esac
done

missing=
for package in $wanted; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Kymo needs these packages; install them as root:$missing" >&2; exit 1; }
    as_root=sudo
fi
echo "Installing:$missing"
$as_root apt-get update -q
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
