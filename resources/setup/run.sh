#!/bin/sh
# Installs what is missing, builds Kymo, and opens it on a bundled example. Where there is no
# display, pictures of the main views are written into build/pictures instead.
set -eu
cd "$(dirname "$0")/../.."

sh resources/setup/packages.sh build
cmake --preset release
cmake --build --preset release

if [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; then
    exec build/release/bin/kymo-gui --example support-team "$@"
fi
QT_QPA_PLATFORM=offscreen build/release/bin/kymo-gui --example support-team --screenshots build/pictures
