# What the commands of ./dev need, and how it gets there. Sourced by ./dev.

# Debian packages, by what needs them.
packages_build=(
    g++ cmake ninja-build pkg-config ccache mold gzip python3 python3-yaml
    espeak-ng libboost1.81-dev libcli11-dev libcurl4-openssl-dev libexpected-dev libfmt-dev libgmock-dev libgtest-dev
    libhiredis-dev libhowardhinnant-date-dev libpq-dev libsoci-dev libsodium-dev libspdlog-dev libsqlite3-dev
    libssl-dev libtomlplusplus-dev nlohmann-json3-dev prometheus-cpp-dev tzdata zlib1g-dev
    redis-server
)
packages_test=(
    chromium curl jq postgresql-15 python3-jsonschema python3-websocket python3-websockets sqlite3
    python3-pil tesseract-ocr
)
packages_bench=(util-linux)
packages_lint=(git clang-format-14 clang-tidy-14 clang-14)
packages_fuzz=(clang-14 libclang-rt-14-dev)

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "these packages must be installed by root (there is no sudo here): ${*:3}"
    fi
}

# need_packages NAME...: installs what is missing. With everything there it asks only dpkg, no network.
need_packages() {
    command -v dpkg-query >/dev/null || die "this needs Debian 12 (there is no dpkg-query here); it uses: $*"
    local missing=() package
    local installed
    installed=" $(dpkg-query -W -f '${db:Status-Abbrev}|${Package} ' "$@" 2>/dev/null || true) "
    for package in "$@"; do
        [[ $installed == *" ii |$package "* ]] || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    say "installing ${missing[*]}"
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
    as_root "${apt[@]}" update || die "the package lists could not be fetched (see above); missing: ${missing[*]}"
    as_root "${apt[@]}" install --yes --no-install-recommends "${missing[@]}" ||
        die "these packages could not be installed (see above): ${missing[*]}"
}

node_is_new_enough() {
    node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' \
        2>/dev/null
}

# Node 20.19 or later, from PATH or else in .tools/ (Debian 12 itself has 18), and npm.
need_node() {
    PATH=$root/.tools/node_modules/.bin:$PATH
    node_is_new_enough && command -v npm >/dev/null && return
    command -v npm >/dev/null || need_packages nodejs npm
    say "installing Node 20 into .tools/"
    npm install --prefix "$root/.tools" --no-save --no-audit --no-fund --loglevel=error node@20 npm@10 ||
        die "Node 20 could not be installed from npm (see above)"
    hash -r
    node_is_new_enough || die "Node 20.19 or later is needed; $(command -v node) is $(node --version)"
}

# need_npm DIR...: the npm packages of these folders, as their lock files say.
need_npm() {
    need_node
    local folder
    for folder in "$@"; do
        [[ ! -f $root/$folder/package.json ]] || "$root/tools/dev/npm-install.sh" "$root/$folder" ||
            die "the npm packages of $folder/ could not be installed (see above)"
    done
}
