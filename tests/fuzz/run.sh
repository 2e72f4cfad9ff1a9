#!/bin/sh
# run.sh SECONDS: builds the fuzzers and runs them, sharing the time evenly, from the kept inputs,
# the test data and the bundled examples, also saved as .kymo files. An input that breaks something
# is left in build/fuzz and named.
set -eu
cd "$(dirname "$0")/../.."
seconds=$1

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
seeds=$scratch/seeds
export TMPDIR="$scratch/inputs"
mkdir "$seeds" "$TMPDIR"

# Numbered, since names repeat.
find tests/data resources/examples tests/fuzz/kept -type f -size -200k ! -path '*/record/*' | {
    number=0
    while read -r file; do
        number=$((number + 1))
        cp "$file" "$seeds/$number-$(basename "$file")"
    done
}
build/fuzz/tests/fuzz/make_kymo_seeds "$seeds" tests/data/claude-code/interleaved.jsonl \
    tests/data/otlp/request.json resources/examples/weather.otlp.json

for fuzzer in fuzz_open_trace fuzz_kymo_file fuzz_json_io fuzz_query; do
    grown=build/fuzz/$fuzzer.grown
    mkdir -p "$grown"
    build/fuzz/tests/fuzz/$fuzzer -max_total_time=$((seconds / 4)) -timeout=10 -rss_limit_mb=2048 \
        -max_len=262144 -print_final_stats=1 -print_funcs=0 -verbosity=0 -artifact_prefix=build/fuzz/ "$grown" "$seeds"
done
