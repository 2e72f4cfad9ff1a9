#!/bin/sh
# Installs what is missing, builds everything and runs all tests; fails when anything fails.
set -eu
cd "$(dirname "$0")/../.."

sh resources/setup/packages.sh build
cmake --preset release
cmake --build --preset release
ctest --preset release "$@"
