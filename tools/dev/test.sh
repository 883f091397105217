# ./dev test: all parts run, whatever the others say; the failed ones are named at the end. Sourced by ./dev.

failed_parts=()

part() {
    local name=$1
    shift
    say "$name"
    "$@" || failed_parts+=("$name")
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

    ((${#failed_parts[@]} == 0)) || die "failed: $(printf '%s; ' "${failed_parts[@]}")"
}
