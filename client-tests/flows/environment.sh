# What the flows have in common, to be sourced: a folder, Python clients, and an
# end that stops the emulator. Sets folder, venv and the function stop, which
# ends the process that `emulator` names; wait_for waits for a file of its making.
# has and has_go say which tools there are.
folder=$(mktemp -d)
emulator=

stop() {
    local code=$?
    if [ -n "$emulator" ]; then
        kill "$emulator" 2>/dev/null || true
        wait "$emulator" || true
    fi
    if [ "$code" -ne 0 ] && [ -s "$folder/log" ]; then
        echo 'the last lines of the log:' >&2
        tail -n 40 "$folder/log" >&2
    fi
    rm -rf "$folder"
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

venv=${EKS_EMULATOR_VENV:-}
if [ -z "$venv" ]; then
    venv=$folder/venv
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$flows/requirements.txt"
fi

has() { command -v "$1" >/dev/null || { echo "skipped: $1 is not installed"; return 1; }; }

# The oldest Go that the SDK's modules can be built with.
has_go() {
    local oldest=1.24 found
    has go || return 1
    found=$(go env GOVERSION | sed 's/^go//')
    printf '%s\n' "$oldest" "$found" | sort --version-sort --check=quiet ||
        { echo "skipped: go is older than $oldest"; return 1; }
}

# What leads clients is what a flow gives, and nothing of the developer's.
forget_settings() {
    local name
    for name in $(compgen -e | grep -E '^(AWS|EKS_EMULATOR)_' || true); do
        unset "$name"
    done
    export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
}

# Until the emulator has written the file of this path.
wait_for() {
    until [ -e "$1" ]; do
        kill -0 "$emulator" 2>/dev/null || { echo 'error: the emulator did not start' >&2; exit 1; }
        sleep 0.05
    done
}
