"""What a new password means to the stores and to the processes that use them."""

import json
from dataclasses import dataclass
from typing import Any

from deploy.lambdas.rotate_secret.address import is_database, login, with_login

POLL = {"Delay": 5, "MaxAttempts": 100}


class TaskFailed(Exception):
    """The shop's own command did not end well; its log says why."""


@dataclass(frozen=True)
class Names:
    """`logins` are the proxy's secrets by user, `followers` other secrets with that login. Our cluster comes first."""

    admin: str
    logins: dict[str, str]
    followers: list[str]
    valkey: str
    clusters: list[str]
    services: list[str]
    family: str
    network: dict[str, list[str]]


class Stores:
    """`clients(service, region)` makes AWS's clients; region "" is ours."""

    def __init__(self, names: Names, clients: Any) -> None:
        self.names, self.clients = names, clients

    def open(self, secret: str, version: str, address: str) -> None:
        """Let the new password in, beside the one that holds."""
        if not is_database(address):
            self._ask_valkey(login(address)[1])
            return
        user, password = login(address)
        self._run("set", secret, version)
        text = json.dumps({"username": user, "password": password})
        manager = self.clients("secretsmanager", "")
        manager.put_secret_value(SecretId=self.names.logins[user], SecretString=text)

    def _ask_valkey(self, token: str) -> None:
        """ElastiCache goes on to take the token before."""
        elasticache = self.clients("elasticache", "")
        elasticache.modify_replication_group(
            ReplicationGroupId=self.names.valkey,
            AuthToken=token,
            AuthTokenUpdateStrategy="ROTATE",
            ApplyImmediately=True,
        )
        waiter = elasticache.get_waiter("replication_group_available")
        waiter.wait(ReplicationGroupId=self.names.valkey, WaiterConfig=POLL)

    def try_out(self, secret: str, version: str) -> None:
        self._run("test", secret, version)

    def _run(self, step: str, secret: str, version: str) -> None:
        """The shop's own image has the drivers and stands where the stores are. Raises TaskFailed."""
        ecs = self.clients("ecs", "")
        command = ["python", "manage.py", "rotate_login", step, secret, version, "--admin", self.names.admin]
        started = ecs.run_task(
            cluster=self.names.clusters[0],
            taskDefinition=self.names.family,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": self.names.network},
            overrides={"containerOverrides": [{"name": "login", "command": command}]},
        )
        if not started["tasks"]:
            raise TaskFailed(f"{step}: {[failure['reason'] for failure in started['failures']]}")
        task = started["tasks"][0]["taskArn"]
        ecs.get_waiter("tasks_stopped").wait(cluster=self.names.clusters[0], tasks=[task], WaiterConfig=POLL)
        told = ecs.describe_tasks(cluster=self.names.clusters[0], tasks=[task])["tasks"][0]
        if [container.get("exitCode") for container in told["containers"]] != [0]:
            raise TaskFailed(f"{step}: {told.get('stoppedReason', 'no reason given')}")

    def tell_followers(self, address: str) -> None:
        """Secrets that lead to another host by the same login: the readers, other regions."""
        for arn in self.names.followers if is_database(address) else ():
            manager = self.clients("secretsmanager", arn.split(":")[3])
            own = manager.get_secret_value(SecretId=arn)["SecretString"]
            manager.put_secret_value(SecretId=arn, SecretString=with_login(own, *login(address)))

    def restart(self, address: str) -> None:
        """Tasks read their secrets when they start; the old password holds until the next rotation."""
        for cluster in self.names.clusters if is_database(address) else self.names.clusters[:1]:
            ecs = self.clients("ecs", cluster.split(":")[3])
            for service in self.names.services:
                ecs.update_service(cluster=cluster, service=service, forceNewDeployment=True)
