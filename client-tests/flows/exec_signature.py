"""boto3 where signatures are checked, with an access key of a seed.

Run by `eks-emulator exec --auth verify --seed-file ... -- python exec_signature.py`.
"""

import datetime
import os
import urllib.request

import boto3
import botocore.auth
from botocore.exceptions import ClientError


def equal(actual, expected):
    if actual != expected:
        raise SystemExit(f"error: expected {expected!r}, got {actual!r}")


def refused(code, call):
    """Expects that a call fails with this error; gives its message."""
    try:
        call()
    except ClientError as error:
        equal(error.response["Error"]["Code"], code)
        return error.response["Error"]["Message"]
    raise SystemExit(f"error: the call succeeded instead of {code}")


def session(secret=os.environ["AWS_SECRET_ACCESS_KEY"], token=None, key=os.environ["AWS_ACCESS_KEY_ID"]):
    return boto3.Session(key, secret, token)


sts = session().client("sts")
equal(sts.get_caller_identity()["Arn"], "arn:aws:iam::111122223333:user/ci")
equal(session().client("iam").list_roles()["Roles"], [])
eks = session().client("eks")
equal(eks.list_clusters(maxResults=1)["clusters"], [])
arn = "arn:aws:eks:us-east-1:111122223333:cluster/demo"
refused("NotFoundException", lambda: eks.untag_resource(resourceArn=arn, tagKeys=["b c", "a/+ä"]))

wrong = session(secret="wrong")
message = refused("InvalidSignatureException", wrong.client("eks").list_clusters)
equal(message.count("The String-to-Sign should have been"), 1)
message = refused("SignatureDoesNotMatch", wrong.client("sts").get_caller_identity)
equal(message.count("The String-to-Sign should have been"), 0)
refused("SignatureDoesNotMatch", wrong.client("iam").list_roles)

role = "arn:aws:iam::111122223333:role/deploy"
given = sts.assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
secret, token, key = (given[name] for name in ("SecretAccessKey", "SessionToken", "AccessKeyId"))
assumed = session(secret, token, key)
equal(assumed.client("sts").get_caller_identity()["Arn"], "arn:aws:sts::111122223333:assumed-role/deploy/me")
equal(assumed.client("eks").list_clusters()["clusters"], [])
for bad, code in [
    (session("wrong", token, key), "InvalidSignatureException"),
    (session(secret, None, key), "UnrecognizedClientException"),
    (session(secret, "IQoJb3JpZ2luX2Vj", key), "UnrecognizedClientException"),
]:
    refused(code, bad.client("eks").list_clusters)

for signer in (session(), assumed):
    url = signer.client("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    with urllib.request.urlopen(url) as answer:
        equal(answer.status, 200)

now = botocore.auth.get_current_datetime
botocore.auth.get_current_datetime = lambda *_, **__: now() - datetime.timedelta(minutes=6)
message = refused("InvalidSignatureException", eks.list_clusters)
equal(message.startswith("Signature expired: ") and message.endswith(" - 5 min.)"), True)
sts.get_caller_identity()
