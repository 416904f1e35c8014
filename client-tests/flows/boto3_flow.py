"""The flow of the EKS user guide, "IAM roles for Amazon EKS add-ons", with boto3.

Needs AWS_ENDPOINT_URL_EKS, AWS_ACCESS_KEY_ID=444455556666 (which is the
account), AWS_SECRET_ACCESS_KEY and AWS_DEFAULT_REGION=eu-central-1;
client-tests/flows/run.sh sets them.
"""

import datetime
import json
import time

import boto3

CLUSTER = "guide"
ADDON = "aws-ebs-csi-driver"
SERVICE_ACCOUNT = "ebs-csi-controller-sa"
CLUSTER_ROLE = "arn:aws:iam::444455556666:role/eks"
ROLE = "arn:aws:iam::444455556666:role/ebs"
OTHER_ROLE = "arn:aws:iam::444455556666:role/path/other"
OF_ADDON = {"clusterName": CLUSTER, "addonName": ADDON}
OF_CLUSTER = {"clusterName": CLUSTER}
OFTEN = {"Delay": 1, "MaxAttempts": 60}

eks = boto3.client("eks")


def step(text):
    print("-", text, flush=True)


def equal(actual, expected):
    if actual != expected:
        raise SystemExit(f"error: expected {expected!r}, got {actual!r}")


def wait(waiter, **of):
    eks.get_waiter(waiter).wait(**of, WaiterConfig=OFTEN)


def refused(operation, exception, status, message, members=None, **arguments):
    """Calls an operation that has to fail with this exception and these members."""
    try:
        answer = getattr(eks, operation)(**arguments)
    except eks.exceptions.ClientError as error:
        equal(type(error).__name__, exception)
        response = error.response
    else:
        raise SystemExit(f"error: {operation} was not refused: {answer}")
    equal(response["Error"]["Code"], exception)
    equal(response["Error"]["Message"], message)
    equal(response["ResponseMetadata"]["HTTPStatusCode"], status)
    named = {name: value for name, value in response.items() if name.endswith("Name")}
    equal(named, members or {})
    equal(len(response["ResponseMetadata"]["RequestId"]), 36)


def listed(operation, member, **arguments):
    """Everything that a list has, on pages of one item each."""
    pages = eks.get_paginator(operation).paginate(**arguments, PaginationConfig={"PageSize": 1})
    pages = [page[member] for page in pages]
    equal([len(page) > 1 for page in pages], [False] * len(pages))
    return [item for page in pages for item in page]


def associations():
    return listed("list_pod_identity_associations", "associations", clusterName=CLUSTER)


def association_with(role):
    return [{"serviceAccount": SERVICE_ACCOUNT, "roleArn": role}]


def update_addon(**change):
    """Updates the add-on and gives the update once it has ended."""
    of_update = {"name": CLUSTER, "addonName": ADDON}
    of_update["updateId"] = eks.update_addon(**OF_ADDON, **change)["update"]["id"]
    while True:
        update = eks.describe_update(**of_update)["update"]
        if update["status"] != "InProgress":
            return update
        time.sleep(1)


step("create the cluster and wait for it")
cluster = eks.create_cluster(
    name=CLUSTER,
    roleArn=CLUSTER_ROLE,
    resourcesVpcConfig={"subnetIds": ["subnet-1", "subnet-2"]},
    tags={"team": "storage"},
)["cluster"]
equal(cluster["status"], "CREATING")
equal(cluster["arn"], "arn:aws:eks:eu-central-1:444455556666:cluster/guide")
equal(type(cluster["createdAt"]), datetime.datetime)
wait("cluster_active", name=CLUSTER)
cluster = eks.describe_cluster(name=CLUSTER)["cluster"]
equal(cluster["status"], "ACTIVE")
equal(listed("list_clusters", "clusters"), [CLUSTER])

step("choose the default version of the add-on and read what it needs")
[catalog] = listed(
    "describe_addon_versions",
    "addons",
    addonName=ADDON,
    kubernetesVersion=cluster["version"],
)
[version] = [
    version["addonVersion"]
    for version in catalog["addonVersions"]
    if version["compatibilities"][0]["defaultVersion"]
]
configuration = eks.describe_addon_configuration(addonName=ADDON, addonVersion=version)
equal(
    configuration["podIdentityConfiguration"],
    [
        {
            "serviceAccount": SERVICE_ACCOUNT,
            "recommendedManagedPolicies": [
                "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
            ],
        }
    ],
)
equal(json.loads(configuration["configurationSchema"])["type"], "object")

step("create the add-on with an association and wait for it")
refused(
    "create_addon",
    "InvalidParameterException",
    400,
    "ConfigurationValue provided in request is not supported: Json schema validation failed with error: "
    "[$.nothing: is not defined in the schema and the schema does not allow additional properties]",
    OF_ADDON,
    **OF_ADDON,
    configurationValues='{"nothing": 1}',
)
addon = eks.create_addon(**OF_ADDON, podIdentityAssociations=association_with(ROLE))["addon"]
equal(addon["status"], "CREATING")
equal(addon["addonVersion"], version)
wait("addon_active", **OF_ADDON)
refused("create_addon", "ResourceInUseException", 409, "Addon already exists.", **OF_ADDON)

step("find the association that the add-on owns")
[summary] = associations()
equal(summary["ownerArn"], addon["addonArn"])
equal(summary["namespace"], "kube-system")
equal(addon["podIdentityAssociations"], [summary["associationArn"]])
of_association = {"clusterName": CLUSTER, "associationId": summary["associationId"]}
association = eks.describe_pod_identity_association(**of_association)["association"]
equal(association["roleArn"], ROLE)
equal(association["disableSessionTags"], False)

step("give it another role through the add-on, then directly")
update = update_addon(podIdentityAssociations=association_with(OTHER_ROLE))
equal(update["status"], "Successful")
equal(
    update["params"],
    [
        {
            "type": "PodIdentityAssociations",
            "value": '[{"serviceAccount":"ebs-csi-controller-sa",'
            '"roleArn":"arn:aws:iam::444455556666:role/path/other","namespace":"kube-system"}]',
        }
    ],
)
association = eks.describe_pod_identity_association(**of_association)["association"]
equal(association["roleArn"], OTHER_ROLE)
association = eks.update_pod_identity_association(**of_association, roleArn=ROLE)["association"]
equal((association["roleArn"], association["ownerArn"]), (ROLE, addon["addonArn"]))

step("associate service accounts by hand, for another account's role as well")
refused(
    "create_pod_identity_association",
    "ResourceInUseException",
    409,
    f"Association already exists: {summary['associationId']}",
    OF_CLUSTER,
    clusterName=CLUSTER,
    namespace="kube-system",
    serviceAccount=SERVICE_ACCOUNT,
    roleArn=ROLE,
)
by_hand = eks.create_pod_identity_association(
    clusterName=CLUSTER,
    namespace="default",
    serviceAccount="app",
    roleArn=ROLE,
    targetRoleArn="arn:aws:iam::999988887777:role/target",
)["association"]
equal(by_hand["externalId"], "eu-central-1/444455556666/guide/default/app")
equal("ownerArn" in by_hand, False)
equal(len(associations()), 2)
found = eks.list_pod_identity_associations(clusterName=CLUSTER, serviceAccount="app")
equal([one["associationId"] for one in found["associations"]], [by_hand["associationId"]])

step("delete the add-on and preserve what it made")
eks.delete_addon(**OF_ADDON, preserve=True)
wait("addon_deleted", **OF_ADDON)
refused(
    "describe_addon",
    "ResourceNotFoundException",
    404,
    "No addon: aws-ebs-csi-driver found in cluster: guide",
    OF_ADDON,
    **OF_ADDON,
)
association = eks.describe_pod_identity_association(**of_association)["association"]
equal("ownerArn" in association, False)

step("the preserved association is in the way of the same add-on")
refused(
    "create_addon",
    "ResourceInUseException",
    409,
    f"Association already exists: {summary['associationId']}",
    OF_CLUSTER,
    **OF_ADDON,
    podIdentityAssociations=association_with(ROLE),
)
eks.delete_pod_identity_association(**of_association)
eks.create_addon(**OF_ADDON, podIdentityAssociations=association_with(ROLE))
wait("addon_active", **OF_ADDON)

step("delete the add-on with what it made, and not more")
eks.delete_addon(**OF_ADDON)
wait("addon_deleted", **OF_ADDON)
equal([one["associationId"] for one in associations()], [by_hand["associationId"]])

step("delete the cluster with what is left")
eks.delete_cluster(name=CLUSTER)
wait("cluster_deleted", name=CLUSTER)
refused(
    "describe_cluster",
    "ResourceNotFoundException",
    404,
    "No cluster found for name: guide.",
    name=CLUSTER,
)
equal(listed("list_clusters", "clusters"), [])
