#!/usr/bin/env bash
# tidy-file.sh FILE: clang-tidy on one source file. What passed is remembered by the text that the compiler sees, so the
# next run checks only what changed.
set -euo pipefail
file=$1
cache=build-lint/tidy
mkdir -p "$cache"

command=$(python3 - "$file" <<'PY'
import json, os, shlex, sys
for entry in json.load(open("build-lint/compile_commands.json")):
    if os.path.samefile(entry["file"], sys.argv[1]):
        words = shlex.split(entry["command"])
        print(shlex.join(words[next(i for i, w in enumerate(words) if w.endswith(("g++", "c++"))):words.index("-o")]))
        break
PY
)
[[ -n $command ]] || exit 0 # not built by this configuration
key=$( (cat .clang-tidy && cd build-lint && eval "$command" -E -P "../$file") | sha256sum | cut -c1-40)
[[ ! -f $cache/$key ]] || exit 0
# The compile commands are g++'s, with warnings switched off that clang does not know.
output=$(clang-tidy-14 --quiet --extra-arg=-Wno-unknown-warning-option -p build-lint "$file" 2>&1) || {
    printf '%s\n' "$output"
    exit 1
}
touch "$cache/$key"
