#!/usr/bin/env bash
# Clients as they come, run by `eks-emulator exec`: no endpoint, no region, no
# credentials, no flag of theirs leads them to the emulator.
# Usage: client-tests/flows/exec.sh BINARY
# The Python clients come from the virtual environment EKS_EMULATOR_VENV; without
# it one is made for this run. The SDKs for JavaScript and Go are fetched from
# their registries. What is not installed (Node, Go, Terraform) is left out, and
# said so.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: $0 BINARY" >&2; exit 2; }
binary=$(realpath "$1")
flows=$(cd "$(dirname "$0")" && pwd)
source "$flows/environment.sh"
export PATH=$venv/bin:$PATH
# Node 20 is told that it is old; that is not for these tests to say.
export NODE_NO_WARNINGS=1

forget_settings

under_exec() { "$binary" exec --fail-on-unmatched -- "$@"; }

echo '== the AWS CLI'
"$binary" exec -- aws eks list-clusters

echo '== boto3'
under_exec python "$flows/exec_boto3.py"

echo '== the AWS CLI and boto3, throttled'
under_exec "$flows/exec_retry.sh" "$binary"

echo '== the AWS CLI and boto3, where signatures are checked'
"$binary" exec --auth verify -- aws eks list-clusters
"$binary" exec --auth verify --account auto -- aws sts get-caller-identity
cat >"$folder/keys.yaml" <<'SEED'
schema: 1
accessKeys:
  - {accessKeyId: AKIAEXAMPLE000000001, secretAccessKey: wJalrXUtnFEMI/K7MDENG, account: "111122223333", principal: user/ci}
  - {accessKeyId: AKIAEXAMPLE000000002, account: "444455556666"}
SEED
# Without a secret of its own a key has the one that exec gives.
AWS_ACCESS_KEY_ID=AKIAEXAMPLE000000002 \
    "$binary" exec --auth verify --seed-file "$folder/keys.yaml" -- aws eks list-clusters
AWS_ACCESS_KEY_ID=AKIAEXAMPLE000000001 AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG \
    "$binary" exec --auth verify --seed-file "$folder/keys.yaml" -- "$flows/exec_signature.sh"
AWS_ACCESS_KEY_ID=AKIAEXAMPLE000000001 AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG \
    "$binary" exec --auth verify --clock paused --now 2020-01-01T00:00:00Z \
    --seed-file "$folder/keys.yaml" -- python "$flows/exec_signature.py"

echo '== the AWS SDK for JavaScript'
if has npm; then
    cp -r "$flows/exec_js" "$folder/js"
    (cd "$folder/js" && npm install --silent --no-audit --no-fund --no-package-lock)
    under_exec node "$folder/js/index.mjs"
    # It signs at the time that answers show.
    "$binary" exec --auth verify --clock paused --now 2020-01-01T00:00:00Z -- \
        node "$folder/js/index.mjs"
fi

echo '== the AWS SDK for Go'
if has_go; then
    # A minute where nothing is cached; what takes ten will not end.
    timeout 600 go build -C "$flows/exec_go" -o "$folder/exec_go"
    under_exec "$folder/exec_go"
    "$binary" exec --auth verify -- "$folder/exec_go"
fi

echo '== the provider block for Terraform'
if has terraform; then
    under_exec "$binary" env --shell terraform >"$folder/provider.tf"
    terraform fmt -check -diff - <"$folder/provider.tf"
fi
