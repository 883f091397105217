# ./dev run: the demo. Sourced by ./dev.

demo_stores=(--config deploy/demo/fel.toml --data .demo)

# Adds the demo's people once; the password is made up here and shown only now.
add_demo_agents() {
    local people=(
        "ana|Ana Torres|agent|soporte-tecnico,soporte-contable"
        "luis|Luis Herrera|agent|ventas"
        "sofia|Sofía Méndez|supervisor|soporte-tecnico,soporte-contable,ventas,pagos,quejas,sugerencias"
    )
    if [[ -f .demo/agents ]]; then
        cat <<TEXT
  Sign in as ana, luis or sofia (supervisor) with the password of the first start. To set another one:
    printf %s 'new password' | build/bin/ventanilla agent password ana --password-stdin ${demo_stores[*]}
TEXT
        return
    fi
    local password person username name role departments
    password=$(head -c 12 /dev/urandom | base64 | tr '+/' '-_')
    mkdir -p -m 700 .demo
    for person in "${people[@]}"; do
        IFS='|' read -r username name role departments <<<"$person"
        printf '%s' "$password" | build/bin/ventanilla agent add "$username" --name "$name" --role "$role" \
            --departments "$departments" --password-stdin "${demo_stores[@]}" >/dev/null ||
            die "the demo's agent $username could not be added (see above); 'rm -r .demo' starts afresh"
    done
    touch .demo/agents
    cat <<TEXT
  Sign in as ana, luis or sofia (supervisor). Password, shown only this once: $password
TEXT
}

port_is_taken() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

run() {
    local host=127.0.0.1 port=8080
    case ${1-} in
        '') while port_is_taken "$host" "$port"; do port=$((port + 1)); done ;;
        --listen)
            [[ ${2-} == *:* ]] || die "--listen wants HOST:PORT"
            host=${2%:*} port=${2##*:}
            ;;
        *) die "run knows only --listen HOST:PORT, not $1" ;;
    esac
    build
    say "Ventanilla, the demo of Facturar en Línea (data in .demo/)"
    add_demo_agents
    cat <<TEXT

  Contact page  http://$host:$port/
  Console       http://$host:$port/agent
  Ticket form   http://$host:$port/ticket

  Ctrl+C stops it.

TEXT
    exec build/bin/ventanilla serve "${demo_stores[@]}" --listen "$host:$port"
}
