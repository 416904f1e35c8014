#!/usr/bin/env bash
# The tests of the README, as they stand there: readme.sh PROGRAM.
# Needs the AWS CLI, boto3 and pytest in the folder that EKS_EMULATOR_VENV names.
set -euo pipefail

program=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin"
ln -s "$program" "$folder/bin/eks-emulator"
export PATH=$folder/bin:$EKS_EMULATOR_VENV/bin:$PATH

# What a fence holds that follows a comment with the name of a file.
extract() {
    awk -v name="<!-- $1 -->" '
        $0 == name { found = 1; next }
        found && /^```/ { if (inside) exit; inside = 1; next }
        inside { print }' "$root/README.md" >"$folder/$1"
    test -s "$folder/$1" || { echo "the README has no $1" >&2; exit 1; }
}

cd "$folder"
extract test_addon.py
extract test_addon.sh
eks-emulator exec -- pytest --quiet test_addon.py
eks-emulator exec -- sh test_addon.sh
echo 'the tests of the README pass'
