#!/usr/bin/env bash
# Which role the pods of an add-on get, and their rolling restart, step by step.
# Usage: examples/rolling_restart.sh [BINARY]    (without BINARY it is built first)
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
"$binary" --listen 127.0.0.1:0 --log-level warn --rng-seed 1 \
    --lifecycle realistic --clock paused --now 2026-01-01T00:00:00Z \
    >"$folder/ready" 2>"$folder/log" &
emulator=$!
trap 'kill "$emulator" 2>/dev/null; wait "$emulator" || true; rm -r "$folder"' EXIT
until grep -q '^eks-emulator ready' "$folder/ready"; do
    kill -0 "$emulator" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.05
done

AWS_ENDPOINT_URL_EKS=$(awk '{print $3}' "$folder/ready")
export AWS_ENDPOINT_URL_EKS AWS_DEFAULT_REGION=us-east-1 AWS_PAGER='' AWS_DEFAULT_OUTPUT=text
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
control=$AWS_ENDPOINT_URL_EKS/_emulator/v1
account=kube-system/ebs-csi-controller-sa

say() { printf '\n# %s\n' "$*"; }
run() { printf '$ aws %s\n' "$*"; "$aws" "$@"; }
advance() { curl -sSf -X POST "$control/clock/advance" -d "$1" | python3 -c '
import json, sys
answer = json.load(sys.stdin)
print("  now", answer["now"])
for event in answer["fired"]:
    print("   ", event["at"][11:23], event["type"], event["name"], event["to"])'; }
settle() { curl -sSf -X POST "$control/clock/advance" -d '{"until":"idle"}' >/dev/null; }
pods() { curl -sSf "$control/clusters/demo/pods?owner=addon/aws-ebs-csi-driver" | python3 -c '
import json, sys
for pod in json.load(sys.stdin)["pods"]:
    if pod["spec"]["serviceAccountName"] == "ebs-csi-controller-sa":
        ready = [c["status"] for c in pod["status"]["conditions"] if c["type"] == "Ready"][0]
        names = [e["name"] for e in pod["spec"]["containers"][0].get("env", [])]
        kind = "podIdentity" if "AWS_CONTAINER_CREDENTIALS_FULL_URI" in names else "irsa" if "AWS_ROLE_ARN" in names else "nothing"
        gone = "Terminating" if "deletionTimestamp" in pod["metadata"] else "ready=" + ready
        print("   ", pod["metadata"]["name"], gone, "injected:", kind)'; }
why() { curl -sSf "$control/clusters/demo/service-accounts/$account/credentials" | python3 -c '
import json, sys
report = json.load(sys.stdin)
print("  ", report["credentialSource"], report["roleArn"])
for finding in report["why"]:
    print("    -", finding["found"])'; }

say 'A cluster, and the EBS CSI add-on with an IRSA role and an association, but no agent'
run eks create-cluster --name demo --role-arn arn:aws:iam::123456789012:role/eks \
    --resources-vpc-config subnetIds=subnet-1,subnet-2 --query cluster.status
settle
run eks create-addon --cluster-name demo --addon-name aws-ebs-csi-driver \
    --service-account-role-arn arn:aws:iam::123456789012:role/ebs-irsa \
    --pod-identity-associations serviceAccount=ebs-csi-controller-sa,roleArn=arn:aws:iam::123456789012:role/ebs \
    --query addon.status
settle
run eks describe-addon --cluster-name demo --addon-name aws-ebs-csi-driver --query 'addon.[status,serviceAccountRoleArn]'

say 'Its pods use IRSA, and this is why'
pods
why

say 'The agent comes; running pods stay as they are'
run eks create-addon --cluster-name demo --addon-name eks-pod-identity-agent --query addon.status
settle
pods

say 'An update of the association restarts them one by one'
run eks update-addon --cluster-name demo --addon-name aws-ebs-csi-driver \
    --service-account-role-arn arn:aws:iam::123456789012:role/ebs-irsa \
    --pod-identity-associations serviceAccount=ebs-csi-controller-sa,roleArn=arn:aws:iam::123456789012:role/ebs-2 \
    --query update.status
for _ in 1 2 3 4 5 6 7 8; do
    advance '{"by":"2s"}'
    pods
done
run eks describe-addon --cluster-name demo --addon-name aws-ebs-csi-driver --query 'addon.[status,serviceAccountRoleArn]'

say 'They use the role of the association; the IRSA role is still reported, and ignored'
why

say 'Deleted with preserve: pods and association stay'
run eks delete-addon --cluster-name demo --addon-name aws-ebs-csi-driver --preserve --query addon.status
settle
curl -sSf "$control/clusters/demo/pods?namespace=kube-system" | python3 -c '
import json, sys
print("   ", len([p for p in json.load(sys.stdin)["pods"] if p["metadata"]["name"].startswith("ebs-csi")]), "pods of the EBS CSI driver")'
run eks list-pod-identity-associations --cluster-name demo --query 'associations[].[associationId,serviceAccount,ownerArn]'
