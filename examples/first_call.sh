#!/usr/bin/env bash
# Starts an emulator, makes the first calls with the AWS CLI, and stops it.
# Usage: examples/first_call.sh [BINARY]    (without BINARY it is built first)
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
"$binary" --listen 127.0.0.1:0 --log-level warn >"$folder/ready" 2>"$folder/log" &
emulator=$!
trap 'kill "$emulator" 2>/dev/null; wait "$emulator" || true; rm -r "$folder"' EXIT
until grep -q '^eks-emulator ready' "$folder/ready"; do
    kill -0 "$emulator" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.05
done

AWS_ENDPOINT_URL_EKS=$(awk '{print $3}' "$folder/ready")
export AWS_ENDPOINT_URL_EKS AWS_DEFAULT_REGION=us-east-1 AWS_PAGER=''
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test

run() { printf '\n$ aws %s\n' "$*"; "$aws" "$@"; }
run eks create-cluster --name demo --role-arn arn:aws:iam::123456789012:role/eks \
    --resources-vpc-config subnetIds=subnet-1,subnet-2 --query cluster.status
run eks create-addon --cluster-name demo --addon-name aws-ebs-csi-driver \
    --pod-identity-associations serviceAccount=ebs-csi-controller-sa,roleArn=arn:aws:iam::123456789012:role/ebs
run eks list-pod-identity-associations --cluster-name demo
