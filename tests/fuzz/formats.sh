#!/bin/sh
# formats.sh SECONDS [FORMAT...]: fuzzes each importer for so long, starting from the test data of its
# format alone (all folders of tests/data where none is named). Run build/fuzz first: see run.sh. An
# input that breaks something is left in build/fuzz and named; the others are fuzzed all the same.
set -eu
cd "$(dirname "$0")/../.."
seconds=$1
shift
[ $# -gt 0 ] || set -- $(ls tests/data)

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target fuzz_open_trace
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=
for format in "$@"; do
    seeds=$scratch/$format
    export TMPDIR="$scratch/inputs"
    mkdir -p "$seeds" "$TMPDIR" "build/fuzz/$format.grown"
    number=0
    find "tests/data/$format" -type f -size -200k | while read -r file; do
        number=$((number + 1))
        cp "$file" "$seeds/$number-$(basename "$file")"
    done
    echo "=== $format"
    build/fuzz/tests/fuzz/fuzz_open_trace -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=2048 -max_len=262144 -verbosity=0 -print_final_stats=1 -print_funcs=0 \
        -artifact_prefix="build/fuzz/$format-" "build/fuzz/$format.grown" "$seeds" \
        || failed="$failed $format"
done
[ -z "$failed" ] || { echo "broken:$failed"; exit 1; }
echo "no input broke an importer"
