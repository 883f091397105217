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

tell_failures() {
    local name
    for name in "${failed_parts[@]}"; do
        say "the end of: $name"
        tail -n 80 "build/test-logs/${name// /-}.log"
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
