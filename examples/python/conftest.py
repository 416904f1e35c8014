"""Fixtures: an emulator for the session, and an account of its own for each test."""

import itertools
import json
import subprocess
import urllib.request

import boto3
import pytest
from botocore.config import Config

FLAGS = ["--listen", "127.0.0.1:0", "--lifecycle", "realistic", "--clock", "paused", "--quiet"]
ACCOUNT_IDS = itertools.count(100_000_000_000)


class Emulator:
    """Time, faults, events and the journal: what docs/control.md describes."""

    def __init__(self, endpoint):
        self.endpoint = endpoint

    def control(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.endpoint}/_emulator/v1/{path}", method=method, data=json.dumps(body or {}).encode(),
            headers={"content-type": "application/json"})
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read() or "null")

    def advance(self, by):
        self.control("POST", "clock/advance", {"by": by})

    def settle(self):
        """Moves the clock until nothing is pending any more."""
        self.control("POST", "clock/advance", {"until": "idle"})


class Account:
    """What one test has for itself. Its access key id is the account."""

    def __init__(self, emulator, account_id):
        self.emulator = emulator
        self.id = account_id
        self.eks = boto3.client(
            "eks", endpoint_url=emulator.endpoint, region_name="us-east-1", aws_access_key_id=account_id,
            aws_secret_access_key="test", config=Config(retries={"mode": "standard"}))

    def role(self, name):
        return f"arn:aws:iam::{self.id}:role/{name}"

    def throttle(self, operation, times):
        rule = {"match": {"account": self.id, "operation": operation},
                "effect": {"error": {"preset": "throttling"}}, "times": times}
        self.emulator.control("PUT", f"faults/throttle-{self.id}", rule)

    def calls(self, operation):
        match = {"account": self.id, "operation": operation}
        return self.emulator.control("POST", "requests/count", {"match": match})["count"]

    def events(self, event_type):
        return self.emulator.control("GET", f"events?account={self.id}&type={event_type}")["events"]

    def pods(self, cluster, addon):
        return self.emulator.control("GET", f"clusters/{cluster}/pods?account={self.id}&owner=addon/{addon}")["pods"]


@pytest.fixture(scope="session")
def emulator():
    with subprocess.Popen(["eks-emulator", "serve", *FLAGS], stdout=subprocess.PIPE, text=True) as process:
        try:
            # "eks-emulator ready http://127.0.0.1:43567"
            ready = process.stdout.readline()
            assert ready, "the emulator does not start"
            yield Emulator(ready.split()[-1])
        finally:
            process.terminate()


@pytest.fixture
def account(emulator):
    account = Account(emulator, str(next(ACCOUNT_IDS)))
    yield account
    emulator.control("POST", f"reset?account={account.id}")


@pytest.fixture
def cluster(account):
    account.eks.create_cluster(name="demo", roleArn=account.role("eks"),
                               resourcesVpcConfig={"subnetIds": ["subnet-1", "subnet-2"]})
    account.emulator.settle()
    return "demo"
