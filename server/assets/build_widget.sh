#!/usr/bin/env bash
# build_widget.sh ROOT OUT STAMP: runs `npm run build` in ROOT/widget, copies its dist to OUT, touches STAMP and writes
# STAMP.d, which names every source and every folder of sources: a changed, new or removed file builds again.
# With ROOT "none" OUT stays empty.
set -euo pipefail
root=$1 out=$2 stamp=$3
widget=$root/widget

mkdir -p "$out"
if [[ $root == none ]]; then
    echo "$stamp:" >"$stamp.d"
    touch "$stamp"
    exit
fi
if [[ -f $widget/package.json ]]; then
    # Two builds at once (say, one with sanitizers) share widget/dist and node_modules.
    exec 9<"$widget/package.json"
    flock 9
    PATH=$root/.tools/node/bin:$PATH
    "$root/tools/dev/npm-install.sh" "$widget"
    (cd "$widget" && npm run --silent build)
    rm -rf "${out:?}"
    cp -r "$widget/dist" "$out"
fi

# Tools put their caches into dot folders.
{
    printf '%s:' "$stamp"
    find "$widget" \( -name node_modules -o -name dist -o -name '.?*' \) -prune -o \( -type f -o -type d \) -printf ' %p'
    printf '\n'
} >"$stamp.d"
touch "$stamp"
