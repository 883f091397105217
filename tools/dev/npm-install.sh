#!/usr/bin/env bash
# npm-install.sh DIR: the packages of DIR/package-lock.json, fetched only when node_modules is not what it asks for.
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

# Not `npm ci`: it refuses a lock file without an entry for each foreign system's optional package, and a registry mirror
# may lack those. The versions and checksums are the lock file's here as well, and --no-save leaves it alone.
matches || npm install --no-save --no-audit --no-fund --loglevel=error
matches || {
    echo "npm-install.sh: package.json and package-lock.json of $1 disagree: run 'npm install' there" >&2
    exit 1
}
