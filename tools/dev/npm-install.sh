#!/usr/bin/env bash
# npm-install.sh DIR: `npm ci` in DIR, only when node_modules is not what package-lock.json asks for.
set -euo pipefail
cd "$1"

# npm keeps its own account of what stands in node_modules; packages for other systems are rightly missing there.
matches() {
    [[ -f node_modules/.package-lock.json ]] && node - <<'JS'
const fs = require('node:fs');
const packages = (file) => JSON.parse(fs.readFileSync(file, 'utf8')).packages;
const installed = packages('node_modules/.package-lock.json');
const differs = Object.entries(packages('package-lock.json')).some(
  ([path, wanted]) => path.includes('node_modules/') && !wanted.optional && installed[path]?.version !== wanted.version,
);
process.exit(differs ? 1 : 0);
JS
}

matches || npm ci --no-audit --no-fund --loglevel=error
