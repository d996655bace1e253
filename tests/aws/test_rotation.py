"""A password changes from its secret to the database: Secrets Manager is emulated, all else is real."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core.management import call_command

from deploy.lambdas.rotate_secret import handler
from deploy.lambdas.rotate_secret.address import LOGINS, login, successor
from deploy.lambdas.rotate_secret.secret import Secret
from deploy.lambdas.rotate_secret.stores import Names, Stores
from tests.shopcloud.test_logins import ADMIN, admin, buys

__all__ = ["admin"]


class Here(Stores):
    """The shop's command runs in this process instead of in a task, and there are no services to start anew."""

    def _run(self, step: str, secret: str, version: str) -> None:
        call_command("rotate_login", step, secret, version, admin=self.names.admin)

    def restart(self, address: str) -> None:
        with psycopg.connect(address) as connection:
            connection.execute("SELECT 1")


@pytest.fixture
def shops_secrets(account: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop's own code asks the emulated account for secrets."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", account)


def kept(manager: Any, name: str, value: str) -> str:
    arn: str = manager.create_secret(Name=f"{name}-{uuid4().hex}", SecretString=value)["ARN"]
    return arn


def test_two_rotations_change_the_login_twice_and_the_one_before_goes_on_to_work(
    admin: str,
    client: Callable[..., Any],
    shops_secrets: None,
    monkeypatch: pytest.MonkeyPatch,
):
    manager = client("secretsmanager")
    # The emulator rotates by Lambdas of its own only; here the steps are called by hand.
    told = manager.describe_secret
    monkeypatch.setattr(manager, "describe_secret", lambda **which: told(**which) | {"RotationEnabled": True})
    secret, replica = kept(manager, "DATABASE_URL", admin), kept(manager, "DATABASE_REPLICA_URL", admin)
    # Europe's tasks enter this database by a secret of their own region.
    european = client("secretsmanager", "eu-west-1")
    visitor = kept(european, "DATABASE_URL_US", admin)
    names = Names(
        admin=kept(manager, "login", json.dumps({"username": ADMIN, "password": "first"})),
        logins={user: kept(manager, user, "{}") for user in LOGINS},
        followers=[replica, visitor],
        valkey="",
        clusters=[],
        services=[],
        family="",
        network={},
    )
    stores = Here(names, lambda service, region: client(service, region or "us-east-1"))
    addresses, seen = [admin], [_held(european, visitor)]
    for _ in range(2):
        addresses.append(_rotated(manager, secret, stores))
        seen.append(_held(european, visitor))
    assert seen == addresses
    assert [login(address)[0] for address in addresses] == [ADMIN, *LOGINS]
    for number, address in enumerate(seen):
        buys(address, f"SC-{number}")
    assert _held(manager, replica) == addresses[-1]
    user, password = login(addresses[-1])
    proxys = json.loads(manager.get_secret_value(SecretId=names.logins[user])["SecretString"])
    assert proxys == {"username": user, "password": password}


def _rotated(manager: Any, secret: str, stores: Stores) -> str:
    """A version on its way has no value at first, which the emulator cannot say: the first step is done here."""
    token = str(uuid4())
    before = _held(manager, secret)
    manager.put_secret_value(
        SecretId=secret, ClientRequestToken=token, SecretString=successor(before), VersionStages=["AWSPENDING"]
    )
    for step in ("setSecret", "testSecret", "finishSecret"):
        handler.run(step, Secret(manager, secret, token), stores)
    value = _held(manager, secret)
    assert value != before
    return value


def _held(manager: Any, secret: str) -> str:
    value: str = manager.get_secret_value(SecretId=secret)["SecretString"]
    return value
