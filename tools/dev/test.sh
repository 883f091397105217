# ./dev test: all parts run, whatever the others say; the failed ones are named at the end. Sourced by ./dev.

failed_parts=()

# part NAME COMMAND...: what a failed part said last is told again at the end, where a long log is looked at first.
part() {
    local name=$1 log
    shift
    log="build/test-logs/${name// /-}.log"
    mkdir -p build/test-logs
    say "$name"
    "$@" 2>&1 | tee "$log" || failed_parts+=("$name")
}

# What failed, by name and reason, without colours: the lines that stand last must tell it of every part, since of a long log
# often only the end is kept.
causes_of() {
    sed 's/\x1b\[[0-9;]*m//g' "build/test-logs/${1// /-}.log" |
        grep -aE '^ *FAIL |AssertionError|[A-Za-z]*Error: |\*\*\*|^[^ ]+:[0-9]+: Failure|^ +(❯|>) [^ ]+_test\.ts:[0-9]+|error TS[0-9]+' |
        awk '!seen[$0]++' | cut -c 1-400 | tail -n 20 || true
}

tell_failures() {
    local name
    for name in "${failed_parts[@]}"; do
        say "the end of: $name"
        tail -n 80 "build/test-logs/${name// /-}.log"
    done
    for name in "${failed_parts[@]}"; do
        say "what failed in: $name"
        causes_of "$name"
    done
    die "failed: $(printf '%s; ' "${failed_parts[@]}")"
}

in_folder() { (cd "$1" && "${@:2}"); }

cpp_tests() { ctest --preset "$1" --parallel "$(nproc)"; }

run_tests() {
    local preset=release
    case ${1-} in
        '') ;;
        --sanitize) preset=asan ;;
        *) die "test knows only --sanitize, not $1" ;;
    esac
    need_packages "${packages_build[@]}" "${packages_test[@]}"
    say "build ($preset)"
    build "$preset"

    if [[ $preset == asan ]]; then
        part "unit, store and integration tests with sanitizers" cpp_tests "$preset"
    else
        need_npm widget tests/browser
        part "types of the widget" in_folder widget npm run --silent typecheck
        [[ ! -f tests/browser/package.json ]] || part "browser tests" in_folder tests/browser npm run --silent test
        part "unit, store and integration tests" cpp_tests "$preset"
        part "widget tests" in_folder widget npm run --silent test
    fi

    ((${#failed_parts[@]} == 0)) || tell_failures
}
