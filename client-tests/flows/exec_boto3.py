"""boto3 as it comes: a cluster, an add-on with its association, and their end,
where the environment alone says whom to call.

Run by `eks-emulator exec -- python exec_boto3.py`.
"""

import boto3

SERVICE_ACCOUNT = "ebs-csi-controller-sa"
CLUSTER = {"name": "python"}
OF_CLUSTER = {"clusterName": "python"}
ADDON = {"clusterName": "python", "addonName": "aws-ebs-csi-driver"}

eks = boto3.client("eks")
account = boto3.client("sts").get_caller_identity()["Account"]


def role(name):
    return f"arn:aws:iam::{account}:role/{name}"


def equal(actual, expected):
    if actual != expected:
        raise SystemExit(f"error: expected {expected!r}, got {actual!r}")


def wait(waiter, **arguments):
    """The waiter as it is: it is done before it would wait a second time."""
    eks.get_waiter(waiter).wait(**arguments)


def associations():
    return eks.list_pod_identity_associations(**OF_CLUSTER)["associations"]


created = eks.create_cluster(
    **CLUSTER,
    roleArn=role("eks"),
    resourcesVpcConfig={"subnetIds": ["subnet-1", "subnet-2"]},
)
equal(created["cluster"]["status"], "CREATING")
wait("cluster_active", **CLUSTER)
equal(eks.list_clusters()["clusters"], ["python"])

eks.create_addon(
    **ADDON,
    podIdentityAssociations=[{"serviceAccount": SERVICE_ACCOUNT, "roleArn": role("ebs")}],
)
wait("addon_active", **ADDON)
[association] = associations()
equal(association["serviceAccount"], SERVICE_ACCOUNT)
equal(association["ownerArn"], eks.describe_addon(**ADDON)["addon"]["addonArn"])

eks.delete_addon(**ADDON)
wait("addon_deleted", **ADDON)
equal(associations(), [])
eks.delete_cluster(**CLUSTER)
wait("cluster_deleted", **CLUSTER)
