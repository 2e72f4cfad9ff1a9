#!/bin/sh
# run.sh SECONDS: builds the fuzzers and runs them, sharing the time evenly, from the kept inputs
# and the bundled examples. An input that breaks something is left in build/fuzz and named.
set -eu
cd "$(dirname "$0")/../.."
seconds=$1

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
find tests/data resources/examples tests/fuzz/kept -type f -size -200k \
    ! -path '*/record/*' -exec sh -c 'cp "$1" "$2/$(basename "$1").$$"' _ {} "$seeds" \; 2>/dev/null || true

for fuzzer in fuzz_open_trace fuzz_kymo_file fuzz_json_io; do
    grown=build/fuzz/$fuzzer.grown
    mkdir -p "$grown"
    build/fuzz/tests/fuzz/$fuzzer -max_total_time=$((seconds / 3)) -timeout=10 -rss_limit_mb=2048 \
        -max_len=262144 -print_final_stats=1 -verbosity=0 -artifact_prefix=build/fuzz/ "$grown" "$seeds"
done
