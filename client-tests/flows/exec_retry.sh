#!/usr/bin/env bash
# The retries that the AWS CLI and boto3 make by default get them past two
# throttled calls, and the journal tells it.
# Run by `eks-emulator exec -- exec_retry.sh BINARY`, the clients in PATH.
set -euo pipefail
export AWS_PAGER='' AWS_DEFAULT_OUTPUT=text
binary=$1
account=$(aws sts get-caller-identity --query Account)

# throttled ADD-ON COMMAND...: the command creates the add-on in three calls
throttled() {
    local addon=$1
    shift
    "$binary" fault add "$addon" --operation CreateAddon --preset throttling --times 2
    "$@"
    "$binary" requests count --operation CreateAddon --exactly 3
    "$binary" requests count --operation CreateAddon --fault "$addon" --exactly 2
    "$binary" requests clear
    aws eks describe-addon --cluster-name demo --addon-name "$addon" --query addon.status
}

aws eks create-cluster --name demo --role-arn "arn:aws:iam::$account:role/eks" \
    --resources-vpc-config subnetIds=subnet-1,subnet-2 --query cluster.status
aws eks wait cluster-active --name demo
throttled coredns aws eks create-addon --cluster-name demo --addon-name coredns --query addon.status
throttled kube-proxy python -c '
import boto3
boto3.client("eks").create_addon(clusterName="demo", addonName="kube-proxy")'
