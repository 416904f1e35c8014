#!/usr/bin/env bash
# The default credential chains of the AWS CLI, boto3 and the AWS SDK for
# JavaScript in pods: EKS Pod Identity, IAM roles for service accounts, and the
# change from one to the other once the agent is there and the pods restarted.
# Usage: client-tests/flows/credentials.sh BINARY
# The Python clients come from the virtual environment EKS_EMULATOR_VENV and
# the JavaScript SDK from the folder EKS_EMULATOR_NODE_MODULES; without them
# they are installed for this run, which needs Python, Node and their registries.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: $0 BINARY" >&2; exit 2; }
binary=$(realpath "$1")
flows=$(cd "$(dirname "$0")" && pwd)
source "$flows/environment.sh"
cp -r "$flows/credentials_js" "$folder/js"
if [ -n "${EKS_EMULATOR_NODE_MODULES:-}" ]; then
    ln -s "$EKS_EMULATOR_NODE_MODULES" "$folder/js/node_modules"
else
    (cd "$folder/js" && npm install --silent --no-audit --no-fund --no-package-lock)
fi

touch "$folder/ready"
"$binary" serve --listen 127.0.0.1:0 --iam strict --log-level trace \
    --endpoint-file "$folder/endpoint" >"$folder/ready" 2>"$folder/log" &
emulator=$!
until grep -q '^eks-emulator ready' "$folder/ready"; do
    kill -0 "$emulator" 2>/dev/null || { echo 'error: the emulator did not start' >&2; exit 1; }
    sleep 0.05
done
endpoint=$(awk '{print $3; exit}' "$folder/ready")

# A developer's machine: static keys and a profile, which pods do not have.
unset AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_CA_BUNDLE AWS_PROFILE AWS_DEFAULT_PROFILE
unset HTTP_PROXY http_proxy ALL_PROXY all_proxy
mkdir "$folder/home"
printf '[default]\naws_access_key_id = 999988887777\naws_secret_access_key = test\n' >"$folder/home/credentials"
export AWS_SHARED_CREDENTIALS_FILE=$folder/home/credentials AWS_CONFIG_FILE=/dev/null
export AWS_ACCESS_KEY_ID=111122223333 AWS_SECRET_ACCESS_KEY=test
export AWS_ENDPOINT_URL_EKS=$endpoint AWS_ENDPOINT_URL_IAM=$endpoint AWS_ENDPOINT_URL_STS=$endpoint
export AWS_DEFAULT_REGION=us-west-2 AWS_PAGER='' AWS_DEFAULT_OUTPUT=text
# Node 20 is told that it is old; that is not for these tests to say.
export NODE_NO_WARNINGS=1
export PATH=$venv/bin:$PATH
account=111122223333
service_account=ebs-csi-controller-sa

fail() { echo "error: $*" >&2; exit 1; }

pod_env() {
    "$binary" pod-env --endpoint-file "$folder/endpoint" --cluster demo \
        --namespace kube-system --service-account "$service_account" "$@"
}

# What every client says: METHOD as boto3 names it, and the ARN's beginning.
everyone_is() {
    local method=$1 prefix=$2 arn
    shift 2
    arn=$(pod_env "$@" -- aws sts get-caller-identity --query Arn)
    case $arn in "$prefix"*) echo "$arn" ;; *) fail "the AWS CLI is $arn, not $prefix…" ;; esac
    pod_env "$@" -- python "$flows/credentials_boto3.py" "$method" "$prefix"
    pod_env "$@" -- node "$folder/js/index.mjs" "$prefix"
}

controller() {
    curl -sSf "$endpoint/_emulator/v1/clusters/demo/pods?owner=addon/aws-ebs-csi-driver" | python -c '
import json, sys
names = [pod["metadata"]["name"] for pod in json.load(sys.stdin)["pods"]]
print(next(name for name in sorted(names) if name.startswith("ebs-csi-controller-")))'
}

echo '== a cluster, its provider, and a role for each mechanism'
cat >"$folder/eks.json" <<'JSON'
{"Version": "2012-10-17", "Statement": [{
  "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "eks.amazonaws.com"}}]}
JSON
aws iam create-role --role-name eks --assume-role-policy-document "file://$folder/eks.json" >"$folder/out"
aws eks create-cluster --name demo --role-arn "arn:aws:iam::$account:role/eks" \
    --resources-vpc-config subnetIds=subnet-1,subnet-2 >"$folder/out"
aws eks wait cluster-active --name demo
issuer=$(aws eks describe-cluster --name demo --query cluster.identity.oidc.issuer)
host=${issuer#https://}
aws iam create-open-id-connect-provider --url "$issuer" --client-id-list sts.amazonaws.com >"$folder/out"
cat >"$folder/irsa.json" <<JSON
{"Version": "2012-10-17", "Statement": [{
  "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
  "Principal": {"Federated": "arn:aws:iam::$account:oidc-provider/$host"},
  "Condition": {"StringEquals": {
    "$host:sub": "system:serviceaccount:kube-system:$service_account",
    "$host:aud": "sts.amazonaws.com"}}}]}
JSON
cat >"$folder/pods.json" <<JSON
{"Version": "2012-10-17", "Statement": [{
  "Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"],
  "Principal": {"Service": "pods.eks.amazonaws.com"},
  "Condition": {"StringEquals": {"aws:RequestTag/eks-cluster-name": "demo"}}}]}
JSON
for role in irsa pods; do
    aws iam create-role --role-name "$role" --assume-role-policy-document "file://$folder/$role.json" >"$folder/out"
done

echo '== without the agent: IAM roles for service accounts'
aws eks create-addon --cluster-name demo --addon-name aws-ebs-csi-driver \
    --service-account-role-arn "arn:aws:iam::$account:role/irsa" \
    --pod-identity-associations "serviceAccount=$service_account,roleArn=arn:aws:iam::$account:role/pods" >"$folder/out"
aws eks wait addon-active --cluster-name demo --addon-name aws-ebs-csi-driver
irsa="arn:aws:sts::$account:assumed-role/irsa/"
pods="arn:aws:sts::$account:assumed-role/pods/eks-demo-"
everyone_is assume-role-with-web-identity "$irsa"
pod_env -- node "$folder/js/issuer.mjs"
old=$(controller)
everyone_is assume-role-with-web-identity "$irsa" --pod "$old"

echo '== with the agent: running pods stay as they are until they restart'
aws eks create-addon --cluster-name demo --addon-name eks-pod-identity-agent >"$folder/out"
aws eks wait addon-active --cluster-name demo --addon-name eks-pod-identity-agent
everyone_is assume-role-with-web-identity "$irsa" --pod "$old"
curl -sSf -X POST "$endpoint/_emulator/v1/clusters/demo/workloads/kube-system/Deployment/ebs-csi-controller/restart" >"$folder/out"
curl -sSf -X POST -H 'content-type: application/json' -d '{"until": "idle"}' "$endpoint/_emulator/v1/clock/advance" >"$folder/out"
new=$(controller)
[ "$new" != "$old" ] || fail "the pod $old was not replaced"
everyone_is container-role "${pods}ebs-csi-co-" --pod "$new"
everyone_is container-role "$pods"
pod_env -- node "$folder/js/issuer.mjs"

echo '== without credentials: an error that says why'
service_account=absent
if pod_env -- true 2>"$folder/refusal"; then
    fail 'a service account without a role has credentials'
fi
cat "$folder/refusal"
grep -q 'gets no credentials' "$folder/refusal" || fail 'that does not say why'

echo '== no secret in the log'
kill "$emulator"
wait "$emulator" || fail 'the emulator did not end well'
emulator=
! grep -q panicked "$folder/log" || fail 'the emulator panicked'
# Tokens begin with eyJ, session tokens with IQoJ.
! grep -E 'eyJ[A-Za-z0-9_-]{10}|IQoJ' "$folder/log" || fail 'a token is in the log'
