#!/usr/bin/env bash
# The AWS CLI where signatures are checked, with an access key of a seed.
# Run by `eks-emulator exec --auth verify --seed-file ... -- exec_signature.sh`.
set -euo pipefail

fail() { echo "error: $*" >&2; exit 1; }

# refused CODE COMMAND...: the command fails with this error of AWS.
refused() {
    local code=$1 output
    shift
    if output=$("$@" 2>&1); then fail "$* succeeded"; fi
    [[ $output == *"($code)"* ]] || fail "$*: expected $code, got: $output"
}

arn() { aws sts get-caller-identity --query Arn --output text; }

echo '-- the right secret'
[ "$(arn)" = arn:aws:iam::111122223333:user/ci ] || fail "the caller is $(arn)"
aws eks create-cluster --name demo --role-arn arn:aws:iam::111122223333:role/eks \
    --resources-vpc-config subnetIds=subnet-1,subnet-2 >/dev/null
aws eks tag-resource --tags a=b \
    --resource-arn "$(aws eks describe-cluster --name demo --query cluster.arn --output text)"
aws iam list-roles >/dev/null

echo '-- a wrong secret'
wrong() { AWS_SECRET_ACCESS_KEY=wrong "$@"; }
refused InvalidSignatureException wrong aws eks list-clusters
refused SignatureDoesNotMatch wrong aws sts get-caller-identity
refused SignatureDoesNotMatch wrong aws iam list-roles

echo '-- a key that nobody has given out'
unknown() { AWS_ACCESS_KEY_ID=AKIAUNKNOWN000000001 "$@"; }
refused UnrecognizedClientException unknown aws eks list-clusters
refused InvalidClientTokenId unknown aws sts get-caller-identity

echo '-- the token of a cluster'
token=$(aws eks get-token --cluster-name demo --query status.token --output text)
python - "$token" <<'PYTHON'
import base64, sys, urllib.error, urllib.request

encoded = sys.argv[1].removeprefix("k8s-aws-v1.")
url = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()


def ask(cluster):
    request = urllib.request.Request(url, headers={"x-k8s-aws-id": cluster})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


for cluster, expected in [("demo", ":user/ci</Arn>"), ("other", "SignatureDoesNotMatch")]:
    answer = ask(cluster)
    if expected not in answer:
        raise SystemExit(f"error: {cluster}: {answer}")
PYTHON

echo '-- a session'
read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN < <(
    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/deploy --role-session-name me --output text \
        --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]'
)
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
[ "$(arn)" = arn:aws:sts::111122223333:assumed-role/deploy/me ] || fail "the caller is $(arn)"
[ "$(aws eks list-clusters --query 'clusters[0]' --output text)" = demo ] || fail 'demo is not there'
refused InvalidSignatureException wrong aws eks list-clusters
without_token() { env -u AWS_SESSION_TOKEN "$@"; }
refused UnrecognizedClientException without_token aws eks list-clusters
