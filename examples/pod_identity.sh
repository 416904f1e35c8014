#!/usr/bin/env bash
# The user guide's way to credentials with EKS Pod Identity, from an empty
# emulator to `aws sts get-caller-identity` with the environment of a pod.
# Usage: examples/pod_identity.sh [BINARY]    (without BINARY it is built first)
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${1:-}
if [ -z "$binary" ]; then
    cargo build --quiet --release
    binary=target/release/eks-emulator
fi
aws=${AWS_CLI:-aws}
command -v "$aws" >/dev/null || { echo "error: the AWS CLI is not installed (pip install awscli)" >&2; exit 1; }

folder=$(mktemp -d)
: >"$folder/ready"
"$binary" --listen 127.0.0.1:0 --log-level warn --iam strict >"$folder/ready" 2>"$folder/log" &
emulator=$!
trap 'kill "$emulator" 2>/dev/null; wait "$emulator" || true; rm -r "$folder"' EXIT
until grep -q '^eks-emulator ready' "$folder/ready"; do
    kill -0 "$emulator" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.05
done

endpoint=$(awk '{print $3}' "$folder/ready")
export AWS_ENDPOINT_URL_EKS=$endpoint AWS_ENDPOINT_URL_IAM=$endpoint AWS_ENDPOINT_URL_STS=$endpoint
export AWS_DEFAULT_REGION=us-east-1 AWS_PAGER='' AWS_DEFAULT_OUTPUT=text
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test

say() { printf '\n# %s\n' "$*"; }
run() { printf '$ aws %s\n' "$*"; "$aws" "$@"; }

say '1. A cluster with the agent'
cat >"$folder/cluster-trust.json" <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"Service": "eks.amazonaws.com"},
    "Action": "sts:AssumeRole"
  }]
}
JSON
run iam create-role --role-name eks --assume-role-policy-document "file://$folder/cluster-trust.json" --query Role.Arn
run eks create-cluster --name demo --role-arn arn:aws:iam::123456789012:role/eks \
    --resources-vpc-config subnetIds=subnet-1,subnet-2 --query cluster.status
run eks wait cluster-active --name demo
run eks create-addon --cluster-name demo --addon-name eks-pod-identity-agent --query addon.status
run eks wait addon-active --cluster-name demo --addon-name eks-pod-identity-agent

say '2. A role that EKS may give to pods, with the policy that the add-on suggests'
cat >"$folder/trust.json" <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"Service": "pods.eks.amazonaws.com"},
    "Action": ["sts:AssumeRole", "sts:TagSession"]
  }]
}
JSON
version=$("$aws" eks describe-addon-versions --addon-name aws-ebs-csi-driver --kubernetes-version 1.36 \
    --query 'addons[0].addonVersions[0].addonVersion')
policy=$("$aws" eks describe-addon-configuration --addon-name aws-ebs-csi-driver --addon-version "$version" \
    --query 'podIdentityConfiguration[0].recommendedManagedPolicies[0]')
run iam create-role --role-name ebs --assume-role-policy-document "file://$folder/trust.json" --query Role.Arn
run iam attach-role-policy --role-name ebs --policy-arn "$policy"
run iam list-attached-role-policies --role-name ebs --query 'AttachedPolicies[].PolicyArn'

say '3. The add-on with an association to the role'
run eks create-addon --cluster-name demo --addon-name aws-ebs-csi-driver \
    --pod-identity-associations serviceAccount=ebs-csi-controller-sa,roleArn=arn:aws:iam::123456789012:role/ebs \
    --query addon.status
run eks wait addon-active --cluster-name demo --addon-name aws-ebs-csi-driver

say '4. Its pods are given the environment for EKS Pod Identity'
curl -sSf "$endpoint/_emulator/v1/clusters/demo/service-accounts/kube-system/ebs-csi-controller-sa/credentials" |
    python3 -c '
import json, sys
report = json.load(sys.stdin)
print("  ", report["credentialSource"], report["roleArn"])
for variable in report["environment"]["ebs-plugin" if "ebs-plugin" in report["environment"] else "container"]:
    print("  ", variable["name"] + "=" + variable["value"])'

say '5. A process with that environment has the role'
printf '$ eks-emulator pod-env --cluster demo --namespace kube-system --service-account ebs-csi-controller-sa -- aws sts get-caller-identity\n'
identity=$("$binary" pod-env --endpoint "$endpoint" --cluster demo --namespace kube-system \
    --service-account ebs-csi-controller-sa -- "$aws" sts get-caller-identity --query Arn)
echo "$identity"
case $identity in
arn:aws:sts::123456789012:assumed-role/ebs/eks-demo-*) ;;
*) echo 'error: that is not the role of the association' >&2; exit 1 ;;
esac
