"""What an add-on does with its pod identity association, while the tests say what time it is.

pip install -r requirements.txt, put eks-emulator in PATH, and run pytest.
"""

ADDON = "aws-ebs-csi-driver"


def status(account, cluster):
    return account.eks.describe_addon(clusterName=cluster, addonName=ADDON)["addon"]["status"]


def identity(account, role):
    return {"serviceAccount": "ebs-csi-controller-sa", "roleArn": account.role(role)}


def create_addon(account, cluster):
    created = account.eks.create_addon(clusterName=cluster, addonName=ADDON,
                                       podIdentityAssociations=[identity(account, "ebs")])
    return created["addon"]


def controllers(account, cluster):
    """The pods that use the association, and whether each is ready."""
    return {pod["metadata"]["name"]: is_ready(pod) for pod in account.pods(cluster, ADDON)
            if pod["spec"]["serviceAccountName"] == "ebs-csi-controller-sa"}


def is_ready(pod):
    return any(it["type"] == "Ready" and it["status"] == "True" for it in pod["status"]["conditions"])


def test_an_addon_takes_its_association_along(account, cluster):
    addon = create_addon(account, cluster)
    account.emulator.settle()
    [association] = account.eks.list_pod_identity_associations(clusterName=cluster)["associations"]
    assert association["ownerArn"] == addon["addonArn"]

    account.eks.delete_addon(clusterName=cluster, addonName=ADDON)
    account.emulator.settle()
    assert account.eks.list_pod_identity_associations(clusterName=cluster)["associations"] == []


def test_an_addon_becomes_active_when_its_time_has_come(account, cluster):
    create_addon(account, cluster)
    assert status(account, cluster) == "CREATING"
    account.emulator.advance("10m")
    assert status(account, cluster) == "ACTIVE"


def test_a_new_role_restarts_the_pods_one_by_one(account, cluster):
    create_addon(account, cluster)
    account.emulator.settle()
    before = controllers(account, cluster)

    account.eks.update_addon(clusterName=cluster, addonName=ADDON,
                             podIdentityAssociations=[identity(account, "ebs-2")])
    while status(account, cluster) == "UPDATING":
        assert any(controllers(account, cluster).values()), "no pod is ready during the restart"
        account.emulator.advance("1s")

    # The last of the old pods takes its time to end.
    account.emulator.settle()
    assert not before.keys() & controllers(account, cluster).keys()
    [restart] = account.events("pods.restarted")
    assert restart["workload"] == "kube-system/Deployment/ebs-csi-controller"


def test_a_throttled_call_is_tried_again(account, cluster):
    account.throttle("CreateAddon", times=2)
    create_addon(account, cluster)
    assert account.calls("CreateAddon") == 3
