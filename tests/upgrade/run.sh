#!/usr/bin/env bash
# Exchanges servers of an earlier commit for those that are built here, one by one, under load.
#   tests/upgrade/run.sh [COMMIT]      default: HEAD~1
set -euo pipefail

root=$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)
commit=$(git -C "$root" rev-parse --verify "${1:-HEAD~1}^{commit}")
tree=$root/build-upgrade/$commit

[[ -x $root/build/bin/ventanilla ]] || { echo "build first: ./dev build" >&2; exit 1; }
PATH=$root/.tools/node_modules/.bin:$PATH
[[ -e $tree/.git ]] || git -C "$root" worktree add --detach "$tree" "$commit"
if [[ ! -x $tree/build/bin/ventanilla ]]; then
    "$tree/tools/dev/npm-install.sh" "$tree/widget"
    (cd "$tree" && cmake --preset release && cmake --build build --target ventanilla)
fi

cd "$root/tests/integration"
VENTANILLA_BINARY=$root/build/bin/ventanilla VENTANILLA_PREVIOUS=$tree/build/bin/ventanilla \
    /usr/bin/python3 -B -m unittest -v rolling_upgrade_test
