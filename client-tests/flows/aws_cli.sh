#!/usr/bin/env bash
# The flow of the EKS user guide, "IAM roles for Amazon EKS add-ons", with the
# AWS CLI: an add-on, its pod identity association, and what becomes of both.
# Needs AWS_ENDPOINT_URL_EKS, AWS_ACCESS_KEY_ID=111122223333 (which is the
# account), AWS_SECRET_ACCESS_KEY and AWS_DEFAULT_REGION=us-west-2;
# client-tests/flows/run.sh sets them.
set -euo pipefail
export AWS_PAGER='' AWS_DEFAULT_OUTPUT=json

cluster=guide
addon=aws-ebs-csi-driver
role=arn:aws:iam::111122223333:role/AmazonEKSPodIdentityAmazonEBSCSIDriverRole
other_role=arn:aws:iam::111122223333:role/OtherRole
third_role=arn:aws:iam::111122223333:role/path/ThirdRole
null=None # what the CLI prints as text for a member without value

step() { printf '%s\n' "- $*"; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# equal ACTUAL EXPECTED
equal() { [ "$1" = "$2" ] || fail "expected '$2', got '$1'"; }

# text QUERY COMMAND...: one value of what a command prints
text() {
    local query=$1
    shift
    aws eks "$@" --query "$query" --output text
}

# refused OPERATION EXCEPTION MESSAGE COMMAND...: the command fails so
refused() {
    local expected="An error occurred ($2) when calling the $1 operation: $3" said
    shift 3
    if said=$(aws eks "$@" 2>&1); then
        fail "'$*' was not refused: $said"
    fi
    case $said in
        *"$expected") ;;
        *) fail "expected '$expected', got '$said'" ;;
    esac
}

step 'choose an add-on that needs IAM permissions'
names=$(text 'addons[?addonVersions[?requiresIamPermissions]].addonName' describe-addon-versions)
case " $(tr '\n\t' '  ' <<<"$names") " in
    *" $addon "*) ;;
    *) fail "$addon is not among: $names" ;;
esac
version=$(text 'addons[0].addonVersions[?compatibilities[0].defaultVersion].addonVersion' \
    describe-addon-versions --addon-name "$addon" --kubernetes-version 1.33)

step 'read its service account and recommended policy'
service_account=$(text 'podIdentityConfiguration[0].serviceAccount' \
    describe-addon-configuration --addon-name "$addon" --addon-version "$version")
equal "$service_account" ebs-csi-controller-sa
equal "$(text 'podIdentityConfiguration[0].recommendedManagedPolicies[0]' \
    describe-addon-configuration --addon-name "$addon" --addon-version "$version")" \
    arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy
association="serviceAccount=$service_account,roleArn=$role"

step 'create the cluster and wait for it'
refused DescribeCluster ResourceNotFoundException "No cluster found for name: $cluster." \
    describe-cluster --name "$cluster"
equal "$(text 'cluster.[status,arn]' create-cluster --name "$cluster" --kubernetes-version 1.33 \
    --role-arn arn:aws:iam::111122223333:role/eks --resources-vpc-config subnetIds=subnet-1,subnet-2)" \
    "CREATING	arn:aws:eks:us-west-2:111122223333:cluster/$cluster"
aws eks wait cluster-active --name "$cluster"
refused CreateCluster ResourceInUseException "Cluster already exists with name: $cluster" \
    create-cluster --name "$cluster" --role-arn arn:aws:iam::111122223333:role/eks \
    --resources-vpc-config subnetIds=subnet-1,subnet-2

step 'create the add-on with an association and wait for it'
refused DescribeAddon ResourceNotFoundException "No addon: $addon found in cluster: $cluster" \
    describe-addon --cluster-name "$cluster" --addon-name "$addon"
refused CreateAddon InvalidParameterException 'Addon version specified is not supported' \
    create-addon --cluster-name "$cluster" --addon-name "$addon" --addon-version v0.0.1-eksbuild.1
equal "$(text addon.status create-addon --cluster-name "$cluster" --addon-name "$addon" \
    --addon-version "$version" --pod-identity-associations "$association")" CREATING
aws eks wait addon-active --cluster-name "$cluster" --addon-name "$addon"
refused CreateAddon ResourceInUseException 'Addon already exists.' \
    create-addon --cluster-name "$cluster" --addon-name "$addon"

step 'find the association that the add-on owns'
addon_arn=$(text addon.addonArn describe-addon --cluster-name "$cluster" --addon-name "$addon")
association_arn=$(text 'addon.podIdentityAssociations[]' \
    describe-addon --cluster-name "$cluster" --addon-name "$addon")
equal "$(text 'associations[].[associationArn,namespace,serviceAccount,ownerArn]' \
    list-pod-identity-associations --cluster-name "$cluster")" \
    "$association_arn	kube-system	$service_account	$addon_arn"
association_id=${association_arn##*/}

# described QUERY: a member of the association
described() {
    text "association.$1" describe-pod-identity-association \
        --cluster-name "$cluster" --association-id "$association_id"
}

# updated COMMAND...: runs update-addon and waits until its update succeeded
updated() {
    local id status=InProgress
    id=$(text update.id update-addon --cluster-name "$cluster" --addon-name "$addon" "$@")
    refused DescribeUpdate ResourceNotFoundException "No update found for ID: $id" \
        describe-update --name "$cluster" --update-id "$id"
    while status=$(text update.status describe-update --name "$cluster" --update-id "$id" --addon-name "$addon"); do
        [ "$status" = InProgress ] || break
        sleep 1
    done
    equal "$status" Successful
    case " $(text updateIds list-updates --name "$cluster" --addon-name "$addon" | tr '\n\t' '  ') " in
        *" $id "*) ;;
        *) fail "update $id is not listed" ;;
    esac
}
equal "$(described '[roleArn,ownerArn,disableSessionTags]')" "$role	$addon_arn	False"

step 'give the association another role through the add-on'
updated --pod-identity-associations "serviceAccount=$service_account,roleArn=$other_role"
equal "$(described '[roleArn,ownerArn]')" "$other_role	$addon_arn"

step 'give it a third role directly'
equal "$(text association.roleArn update-pod-identity-association --cluster-name "$cluster" \
    --association-id "$association_id" --role-arn "$third_role")" "$third_role"
equal "$(described '[roleArn,ownerArn]')" "$third_role	$addon_arn"
refused UpdatePodIdentityAssociation AccessDeniedException 'Cross-account pass role is not allowed.' \
    update-pod-identity-association --cluster-name "$cluster" --association-id "$association_id" \
    --role-arn arn:aws:iam::999988887777:role/foreign

step 'tag the add-on and the association'
for arn in "$addon_arn" "$association_arn"; do
    aws eks tag-resource --resource-arn "$arn" --tags team=storage,stage=test
    aws eks untag-resource --resource-arn "$arn" --tag-keys stage
    equal "$(aws eks list-tags-for-resource --resource-arn "$arn" --query tags | tr -d ' \n')" '{"team":"storage"}'
done

step 'delete the add-on and preserve what it made'
equal "$(text addon.status delete-addon --cluster-name "$cluster" --addon-name "$addon" --preserve)" DELETING
aws eks wait addon-deleted --cluster-name "$cluster" --addon-name "$addon"
equal "$(described '[roleArn,ownerArn]')" "$third_role	$null"

step 'the preserved association is in the way of the same add-on'
refused CreateAddon ResourceInUseException "Association already exists: $association_id" \
    create-addon --cluster-name "$cluster" --addon-name "$addon" --pod-identity-associations "$association"
equal "$(text 'length(addons)' list-addons --cluster-name "$cluster")" 0

step 'delete the association and create the add-on again'
equal "$(text association.associationId delete-pod-identity-association \
    --cluster-name "$cluster" --association-id "$association_id")" "$association_id"
aws eks create-addon --cluster-name "$cluster" --addon-name "$addon" \
    --pod-identity-associations "$association" >/dev/null
aws eks wait addon-active --cluster-name "$cluster" --addon-name "$addon"
equal "$(text 'length(associations)' list-pod-identity-associations --cluster-name "$cluster")" 1

step 'delete the add-on with what it made'
aws eks delete-addon --cluster-name "$cluster" --addon-name "$addon" >/dev/null
aws eks wait addon-deleted --cluster-name "$cluster" --addon-name "$addon"
equal "$(text 'length(associations)' list-pod-identity-associations --cluster-name "$cluster")" 0

step 'an operation that the emulator does not have says so'
refused ListNodegroups NotImplementedException 'The emulator does not have ListNodegroups yet.' \
    list-nodegroups --cluster-name "$cluster"

step 'delete the cluster'
equal "$(text cluster.status delete-cluster --name "$cluster")" DELETING
aws eks wait cluster-deleted --name "$cluster"
equal "$(text 'length(clusters)' list-clusters)" 0
