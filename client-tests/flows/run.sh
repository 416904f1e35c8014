#!/usr/bin/env bash
# Runs the flows of this folder against the given eks-emulator program.
# Usage: client-tests/flows/run.sh BINARY [FLAG OF SERVE]...
# The clients come from the virtual environment EKS_EMULATOR_VENV; without it
# one is made for this run, which needs Python and a package index.
set -euo pipefail

[ $# -ge 1 ] || { echo "usage: $0 BINARY [FLAG OF SERVE]..." >&2; exit 2; }
binary=$(realpath "$1")
shift
flows=$(cd "$(dirname "$0")" && pwd)
source "$flows/environment.sh"

"$binary" serve --listen 127.0.0.1:0 --endpoint-file "$folder/endpoint" "$@" >"$folder/ready" 2>"$folder/log" &
emulator=$!
wait_for "$folder/endpoint"

endpoint=$("$venv/bin/python" -c 'import json, sys; print(json.load(open(sys.argv[1]))["endpoint"])' "$folder/endpoint")

# Only what is set here decides: no profile, no proxy, no real credentials.
unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_CA_BUNDLE
unset HTTP_PROXY http_proxy ALL_PROXY all_proxy
export AWS_ENDPOINT_URL_EKS=$endpoint
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
export AWS_EC2_METADATA_DISABLED=true AWS_SECRET_ACCESS_KEY=test
export PATH=$venv/bin:$PATH

echo '== the AWS CLI'
AWS_ACCESS_KEY_ID=111122223333 AWS_DEFAULT_REGION=us-west-2 "$flows/aws_cli.sh"
echo '== boto3'
AWS_ACCESS_KEY_ID=444455556666 AWS_DEFAULT_REGION=eu-central-1 "$venv/bin/python" "$flows/boto3_flow.py"

kill "$emulator"
wait "$emulator" || { echo 'error: the emulator did not end well' >&2; exit 1; }
emulator=
if grep -q panicked "$folder/log"; then
    echo 'error: the emulator panicked' >&2
    exit 1
fi
