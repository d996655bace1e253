"""Claims: the login changes in four steps, each of which may come twice or fail, and no task is ever left outside."""

import json
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from deploy.lambdas.rotate_secret import handler
from deploy.lambdas.rotate_secret.address import login, successor
from deploy.lambdas.rotate_secret.secret import NotRotating, Secret
from deploy.lambdas.rotate_secret.stores import Names, Stores, TaskFailed
from tests.deploy.lambdas.conftest import sample

DATABASE = sample("rotate_secret")["SecretId"]
BEFORE = "0" * 32
TOKEN = sample("rotate_secret")["ClientRequestToken"]
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
FIRST = "postgres://shopcloud:first@proxy.example:5432/shopcloud?sslmode=require"
READERS = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shopcloud/DATABASE_REPLICA_URL-a"
ABROAD = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shopcloud/DATABASE_URL-b"
NAMES = Names(
    admin="arn:admin",
    logins={"shopcloud_blue": "login/blue", "shopcloud_green": "login/green"},
    followers=[READERS, ABROAD],
    valkey="shopcloud",
    clusters=[f"arn:aws:ecs:{region}:111122223333:cluster/shopcloud" for region in ("us-east-1", "eu-west-1")],
    services=["web", "worker"],
    family="shopcloud-login",
    network={"subnets": ["subnet-1"], "securityGroups": ["sg-1"]},
)


class Account:
    """Secrets Manager, ECS and ElastiCache behind botocore's own clients. `said` is what was done, in order."""

    def __init__(self, address: str = FIRST) -> None:
        self.versions = {BEFORE: address}
        self.stages = {BEFORE: ["AWSCURRENT"], TOKEN: ["AWSPENDING"]}
        self.others = {READERS: FIRST.replace("proxy", "readers"), ABROAD: FIRST}
        self.said: list[Any] = []
        self.exit_code = 0
        self.away: set[str] = set()

    def client(self, service: Any, region: str) -> Any:
        made = boto3.client(
            service, region_name=region or "us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
        made.meta.events.register(f"before-call.{service.replace('secretsmanager', 'secrets-manager')}", self._answer)
        return made

    def _answer(self, model: Any, params: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        asked = params["body"] if isinstance(params["body"], dict) else json.loads(params["body"])
        status, told = getattr(self, model.name)(asked)
        return SimpleNamespace(status_code=status), told

    def DescribeSecret(self, asked: dict[str, Any]):
        return 200, {"RotationEnabled": True, "VersionIdsToStages": self.stages}

    def GetSecretValue(self, asked: dict[str, Any]):
        if asked["SecretId"] in self.others:
            return 200, {"SecretString": self.others[asked["SecretId"]]}
        version = asked.get("VersionId") or self.holds()
        if version not in self.versions:
            return 400, {"Error": {"Code": "ResourceNotFoundException"}}
        return 200, {"SecretString": self.versions[version]}

    def PutSecretValue(self, asked: dict[str, Any]):
        if asked["SecretId"] == DATABASE:
            self.versions[asked["ClientRequestToken"]] = asked["SecretString"]
            assert asked["VersionStages"] == ["AWSPENDING"]
        else:
            self.others[asked["SecretId"]] = asked["SecretString"]
            self.said.append(asked["SecretId"])
        return 200, {}

    def UpdateSecretVersionStage(self, asked: dict[str, Any]):
        assert asked["RemoveFromVersionId"] == self.holds()
        self.stages = {BEFORE: ["AWSPREVIOUS"], asked["MoveToVersionId"]: ["AWSCURRENT", "AWSPENDING"]}
        self.said.append("promoted")
        return 200, {}

    def holds(self) -> str:
        return next(version for version, stages in self.stages.items() if "AWSCURRENT" in stages)

    def RunTask(self, asked: dict[str, Any]):
        self.said.append(asked["overrides"]["containerOverrides"][0]["command"])
        assert asked["taskDefinition"] == "shopcloud-login"
        return 200, {"tasks": [{"taskArn": "arn:task"}], "failures": []}

    def DescribeTasks(self, asked: dict[str, Any]):
        told = {"lastStatus": "STOPPED", "containers": [{"exitCode": self.exit_code}], "stoppedReason": "it ended"}
        return 200, {"tasks": [told]}

    def UpdateService(self, asked: dict[str, Any]):
        region, name = asked["cluster"].split(":")[3], asked["service"]
        if name in self.away:
            return 500, {"Error": {"Code": "ServerException"}}
        assert asked["forceNewDeployment"] is True
        self.said.append((region, name))
        return 200, {}

    def ModifyReplicationGroup(self, asked: dict[str, Any]):
        assert asked["AuthTokenUpdateStrategy"] == "ROTATE"
        self.said.append(("valkey", asked["AuthToken"]))
        return 200, {}

    def DescribeReplicationGroups(self, asked: dict[str, Any]):
        return 200, {"ReplicationGroups": [{"Status": "available"}]}


def step(account: Account, name: str) -> None:
    handler.run(name, Secret(account.client("secretsmanager", ""), DATABASE, TOKEN), Stores(NAMES, account.client))


def test_four_steps_change_the_login_and_everything_that_enters_by_it():
    account = Account()
    for name in STEPS:
        step(account, name)
    assert account.holds() == TOKEN
    user, password = login(account.versions[TOKEN])
    assert user == "shopcloud_blue" and len(password) >= 40
    command = ["python", "manage.py", "rotate_login"]
    assert account.said == [
        [*command, "set", DATABASE, TOKEN, "--admin", "arn:admin"],
        "login/blue",
        [*command, "test", DATABASE, TOKEN, "--admin", "arn:admin"],
        READERS,
        ABROAD,
        "promoted",
        *[(region, service) for region in ("us-east-1", "eu-west-1") for service in ("web", "worker")],
    ]
    assert json.loads(account.others["login/blue"]) == {"username": user, "password": password}
    assert account.others[READERS] == account.versions[TOKEN].replace("proxy", "readers")
    assert account.others[ABROAD] == account.versions[TOKEN]


def test_the_logins_take_turns():
    blue = successor(FIRST)
    green = successor(blue)
    assert [login(address)[0] for address in (blue, green, successor(green))] == [
        "shopcloud_blue",
        "shopcloud_green",
        "shopcloud_blue",
    ]
    assert green.endswith("@proxy.example:5432/shopcloud?sslmode=require")


def test_a_step_that_comes_twice_does_no_harm():
    account = Account()
    step(account, "createSecret")
    made = account.versions[TOKEN]
    step(account, "createSecret")
    assert account.versions[TOKEN] == made
    for name in STEPS[1:]:
        step(account, name)
    before = len(account.said)
    for name in STEPS:
        step(account, name)
    # The last one alone does something again: it restarts, for it may be the restart that failed.
    assert [said for said in account.said[before:] if said not in account.said[:before]] == []
    assert account.said[before:] == account.said[before - 4 : before]


@pytest.mark.parametrize("name", ["setSecret", "testSecret"])
def test_where_the_shops_command_fails_the_old_login_goes_on_to_hold(name: str):
    account = Account()
    step(account, "createSecret")
    account.exit_code = 1
    with pytest.raises(TaskFailed, match="it ended"):
        step(account, name)
    assert account.holds() == BEFORE
    assert account.others[ABROAD] == FIRST and "login/blue" not in account.others


def test_a_restart_that_failed_is_asked_for_again():
    account = Account()
    for name in STEPS[:3]:
        step(account, name)
    account.away = {"worker"}
    with pytest.raises(Exception, match="ServerException"):
        step(account, "finishSecret")
    account.away = set()
    assert account.holds() == TOKEN
    step(account, "finishSecret")
    assert account.said.count("promoted") == 1
    assert account.said[-4:] == [(r, s) for r in ("us-east-1", "eu-west-1") for s in ("web", "worker")]


def test_valkey_gets_a_token_beside_the_old_one_and_its_own_region_restarts():
    account = Account("rediss+cluster://:first@valkey.example:6379/0")
    for name in STEPS:
        step(account, name)
    user, token = login(account.versions[TOKEN])
    assert user == "" and 16 <= len(token) <= 128 and not set(token) & set('@"/')
    assert account.said[0] == ("valkey", token)
    assert account.said[-2:] == [("us-east-1", "web"), ("us-east-1", "worker")]
    assert account.others[ABROAD] == FIRST
    assert account.versions[TOKEN].endswith("@valkey.example:6379/0")


def test_a_version_that_is_not_on_its_way_is_refused():
    account = Account()
    account.stages = {BEFORE: ["AWSCURRENT"]}
    with pytest.raises(NotRotating):
        step(account, "createSecret")


def test_the_sample_is_a_step_that_the_handler_knows(monkeypatch: pytest.MonkeyPatch, capsys):
    account = Account()
    settings = {"ADMIN_SECRET": "arn:admin", "VALKEY": "shopcloud", "TASK_FAMILY": "f", "SECURITY_GROUP": "sg-1"}
    settings |= dict.fromkeys(("FOLLOWERS", "CLUSTERS", "SERVICES", "SUBNETS"), "[]") | {"LOGIN_SECRETS": "{}"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(handler, "_client", account.client)
    handler.handle(sample("rotate_secret"), None)
    assert login(account.versions[TOKEN])[0] == "shopcloud_blue"
    assert login(account.versions[TOKEN])[1] not in capsys.readouterr().out
