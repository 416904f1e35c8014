"""The emulator in a container, with boto3: pip install -r requirements.txt && pytest"""

import boto3
import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy


@pytest.fixture(scope="session")
def endpoint():
    container = DockerContainer("eks-emulator:latest").with_exposed_ports(4566)
    with container.waiting_for(HttpWaitStrategy(4566, "/_emulator/ready")) as emulator:
        yield f"http://{emulator.get_container_host_ip()}:{emulator.get_exposed_port(4566)}"


@pytest.fixture
def eks(endpoint):
    # An access key id of twelve digits is the account: each test may have one of its own.
    return boto3.client("eks", endpoint_url=endpoint, region_name="us-east-1",
                        aws_access_key_id="111122223333", aws_secret_access_key="test")


def test_a_cluster_becomes_active(eks):
    eks.create_cluster(name="demo", roleArn="arn:aws:iam::111122223333:role/eks",
                       resourcesVpcConfig={"subnetIds": ["subnet-1", "subnet-2"]})
    assert eks.describe_cluster(name="demo")["cluster"]["status"] == "ACTIVE"
