#!/usr/bin/env bash
# Clients as they come, over HTTPS: they trust the emulator by what the
# environment says, and nobody has turned their checks off.
# Usage: client-tests/flows/tls.sh BINARY
# The Python clients come from the virtual environment EKS_EMULATOR_VENV; without
# it one is made for this run. What is not installed (curl, Node) is left out,
# and said so.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: $0 BINARY" >&2; exit 2; }
binary=$(realpath "$1")
flows=$(cd "$(dirname "$0")" && pwd)
source "$flows/environment.sh"
export PATH=$venv/bin:$PATH

forget_settings
unset NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE SSL_CERT_DIR SSL_CERT_FILE CURL_CA_BUNDLE
export AWS_PAGER=''

under_exec() { "$binary" exec --fail-on-unmatched --tls-self-signed -- "$@"; }

echo '== the AWS CLI'
under_exec aws eks list-clusters

echo '== the AWS CLI, which does not trust just anybody'
if under_exec env --unset=AWS_CA_BUNDLE --unset=REQUESTS_CA_BUNDLE --unset=SSL_CERT_FILE \
    aws eks list-clusters 2>"$folder/refusal"; then
    echo 'error: a certificate was taken that nobody trusts' >&2
    exit 1
fi
grep -q 'SSL validation failed' "$folder/refusal"

echo '== boto3'
under_exec python "$flows/exec_boto3.py"

echo '== curl'
if has curl; then
    # The variables are for the shell under exec.
    # shellcheck disable=SC2016
    under_exec sh -c 'curl --silent --fail --show-error "$AWS_ENDPOINT_URL_EKS/clusters"'
    echo
fi

echo '== Node'
if has node; then
    NODE_NO_WARNINGS=1 under_exec node --input-type=module --eval \
        'console.log(await (await fetch(`${process.env.AWS_ENDPOINT_URL_EKS}/clusters`)).json());'
fi

echo '== a shell that is led to an emulator'
"$binary" serve --listen 127.0.0.1:0 --tls-self-signed --tls-ca-file "$folder/ca.pem" \
    --endpoint-file "$folder/endpoint" >"$folder/ready" 2>"$folder/log" &
emulator=$!
wait_for "$folder/endpoint"
eval "$("$binary" env --endpoint-file "$folder/endpoint")"
aws eks list-clusters
"$binary" clock

echo '== a pod of each mechanism'
"$binary" seed - >"$folder/seeded" <<'END'
schema: 1
clusters:
  - name: demo
    addons: [{addonName: eks-pod-identity-agent}]
    serviceAccounts:
      - {namespace: default, name: app}
      - {namespace: default, name: web, annotations: {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/web"}}
    podIdentityAssociations:
      - {namespace: default, serviceAccount: app, roleArn: "arn:aws:iam::123456789012:role/app"}
END
for name in app web; do
    "$binary" pod-env --cluster demo --namespace default --service-account "$name" -- \
        aws sts get-caller-identity --query Arn --output text | grep "assumed-role/$name/"
done

kill "$emulator"
wait "$emulator" || { echo 'error: the emulator did not end well' >&2; exit 1; }
emulator=
