"""Who a process is, by the default chain of boto3.

Run by `eks-emulator pod-env … -- python credentials_boto3.py METHOD PREFIX`:
the credentials have to come from METHOD, boto3's own word for it, and the ARN
has to begin with PREFIX.
"""

import os
import sys

import boto3

METHOD, PREFIX = sys.argv[1:]


def fail(text):
    raise SystemExit(f"error: {text}")


def check_environment():
    """What would win over a pod's own variables is gone."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        if name in os.environ:
            fail(f"{name} is set")
    pair = {
        "container-role": ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
        "assume-role-with-web-identity": ("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    }
    for method, names in pair.items():
        for name in names:
            if (name in os.environ) != (method == METHOD):
                fail(f"{name} is {os.environ.get(name)!r}")
    with open(os.environ[pair[METHOD][1]], encoding="ascii") as file:
        token = file.read()
    if token != token.strip() or token.count(".") != 2:
        fail("the token file does not hold one token and nothing else")


def main():
    check_environment()
    session = boto3.Session()
    credentials = session.get_credentials()
    if credentials is None or credentials.method != METHOD:
        fail(f"expected credentials by {METHOD}, got {getattr(credentials, 'method', None)}")
    frozen = credentials.get_frozen_credentials()
    if not frozen.access_key.startswith("ASIA") or not frozen.token:
        fail("the credentials are not temporary")
    identity = session.client("sts").get_caller_identity()
    if not identity["Arn"].startswith(PREFIX):
        fail(f"expected {PREFIX}…, got {identity['Arn']}")
    if identity["Account"] != PREFIX.split(":")[4]:
        fail(f"{identity['Arn']} is of the account {identity['Account']}")
    print(identity["Arn"])


main()
