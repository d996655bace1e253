"""Secrets Manager's four steps, each of which may come twice, for DATABASE_URL and REDIS_URL."""

import json
import os
from typing import Any

import boto3
from botocore.config import Config

from deploy.lambdas.rotate_secret.address import successor
from deploy.lambdas.rotate_secret.secret import Secret
from deploy.lambdas.rotate_secret.stores import Names, Stores


def handle(event: dict[str, Any], context: Any) -> None:
    settings = os.environ
    names = Names(
        admin=settings["ADMIN_SECRET"],
        logins=json.loads(settings["LOGIN_SECRETS"]),
        followers=json.loads(settings["FOLLOWERS"]),
        valkey=settings["VALKEY"],
        clusters=json.loads(settings["CLUSTERS"]),
        services=json.loads(settings["SERVICES"]),
        family=settings["TASK_FAMILY"],
        network={"subnets": json.loads(settings["SUBNETS"]), "securityGroups": [settings["SECURITY_GROUP"]]},
    )
    secret = Secret(_client("secretsmanager", ""), event["SecretId"], event["ClientRequestToken"])
    run(event["Step"], secret, Stores(names, _client))
    print(json.dumps({"event": "rotate_secret", "step": event["Step"], "secret": secret.arn}))


def run(step: str, secret: Secret, stores: Stores) -> None:
    """Raises KeyError for a step that is none."""
    {"createSecret": create, "setSecret": set_, "testSecret": test, "finishSecret": finish}[step](secret, stores)


def create(secret: Secret, stores: Stores) -> None:
    if not secret.holds and not secret.has_pending():
        secret.keep(successor(secret.current()))


def set_(secret: Secret, stores: Stores) -> None:
    if not secret.holds:
        stores.open(secret.arn, secret.token, secret.pending())


def test(secret: Secret, stores: Stores) -> None:
    if not secret.holds:
        stores.try_out(secret.arn, secret.token)


def finish(secret: Secret, stores: Stores) -> None:
    """A restart that failed is asked for again, though the new version holds by then."""
    address = secret.pending()
    if not secret.holds:
        stores.tell_followers(address)
        secret.promote()
    stores.restart(address)


def _client(service: Any, region: str) -> Any:
    config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 3})
    client: Any = boto3.client(service, config=config, region_name=region or None)
    return client
