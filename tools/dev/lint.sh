# ./dev lint and ./dev fmt. Sourced by ./dev, after test.sh (whose part() collects the failures).

max_lines=400

cpp_files() { git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp'; }

check_format() { cpp_files | xargs -r clang-format-14 --dry-run -Werror; }

# Every file of ours is checked; a file is skipped only while neither it, nor a header of ours, nor the checks changed
# since it passed.
check_tidy() {
    cmake --preset lint -DCMAKE_MESSAGE_LOG_LEVEL=WARNING || return 1
    # The generated headers (embedded/*.hpp) are the only thing to be built first.
    cmake --build build-lint --target generated_headers >/dev/null || return 1
    cpp_files | grep -E '^(protocol|server|loadtest|cmake)/.*\.cpp$' |
        xargs -r -P "$(nproc)" -n 1 tools/dev/tidy-file.sh
}

check_lengths() {
    local long
    long=$(git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp' '*.ts' '*.tsx' '*.lua' '*.py' '*.sh' dev |
        xargs -r wc -l | awk -v max=$max_lines '$1 > max && $2 != "total" { print "  " $2 ": " $1 " lines" }')
    [[ -z $long ]] || { printf 'Longer than %s lines; split them:\n%s\n' $max_lines "$long" && return 1; }
}

check_documents() {
    local documents=(protocol/openapi.* protocol/asyncapi.*)
    local found=()
    for document in "${documents[@]}"; do
        [[ ! -f $document ]] || found+=("$document")
    done
    ((${#found[@]})) || return 0
    tools/lint/node_modules/.bin/redocly lint --config tools/lint/redocly.yaml "${found[@]}"
}

lint() {
    (($# == 0)) || die "lint takes no arguments"
    need_packages "${packages_build[@]}" "${packages_lint[@]}"
    need_npm widget tests/browser tools/lint
    part "file lengths" check_lengths
    part "clang-format" check_format
    part "Biome" widget/node_modules/.bin/biome check .
    part "types" in_folder widget npm run --silent typecheck
    part "types of the browser tests" in_folder tests/browser npm run --silent typecheck
    part "API documents" check_documents
    part "clang-tidy" check_tidy
    ((${#failed_parts[@]} == 0)) || die "failed: $(printf '%s; ' "${failed_parts[@]}")"
    say "clean"
}

format() {
    need_packages "${packages_lint[@]}"
    need_npm widget
    cpp_files | xargs -r clang-format-14 -i
    widget/node_modules/.bin/biome check --write .
}
