"""ECS in memory behind botocore's own client, which checks every question against AWS's model of it."""

import json
from types import SimpleNamespace
from typing import Any

import boto3

REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com/shopcloud"
OLD, NEW = f"{REGISTRY}@sha256:{'a' * 64}", f"{REGISTRY}@sha256:{'b' * 64}"
ARN = "arn:aws:ecs:us-east-1:111122223333:"


class Ecs:
    """A cluster `shopcloud` whose services run OLD. What is in `sick` never becomes healthy on NEW.

    `said` is the order in which services and tasks were told to run which image.
    """

    def __init__(self, *services: str) -> None:
        self.sick: set[str] = set()
        self.stuck: set[str] = set()
        self.exit_code = 0
        self.definitions: dict[str, dict[str, Any]] = {}
        self.services = {name: self._define(name, OLD) for name in services}
        for one_off in ("migrate", "login"):
            self._define(one_off, OLD)
        self.said: list[tuple[str, str]] = []
        self.client = boto3.client("ecs", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        self.client.meta.events.register("before-call.ecs", self._answer)

    def image(self, arn: str) -> str:
        image: str = self.definitions[arn]["containerDefinitions"][0]["image"]
        return image

    def running(self) -> dict[str, str]:
        return {name: self.image(arn) for name, arn in self.services.items()}

    def _define(self, process: str, image: str, **more: Any) -> str:
        family = f"shopcloud-{process}"
        revision = 1 + sum(one["family"] == family for one in self.definitions.values())
        arn = f"{ARN}task-definition/{family}:{revision}"
        container = {"name": process, "image": image, "environment": [{"name": "PRODUCTION", "value": "true"}]}
        self.definitions[arn] = {
            "family": family,
            "containerDefinitions": [container],
            "cpu": "256",
            **more,
            "taskDefinitionArn": arn,
            "revision": revision,
            "status": "ACTIVE",
        }
        return arn

    def terraform(self, process: str) -> str:
        """A definition that Terraform made since, with another environment."""
        arn = self._define(process, OLD)
        self.definitions[arn]["containerDefinitions"][0]["environment"].append({"name": "NEW", "value": "1"})
        return arn

    def _answer(self, model: Any, params: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        return SimpleNamespace(status_code=200), getattr(self, model.name)(**json.loads(params["body"]))

    def DescribeTaskDefinition(self, taskDefinition: str, include: list[str]) -> dict[str, Any]:
        newest = [one for one in self.definitions.values() if one["family"] == taskDefinition][-1]
        return {"taskDefinition": newest, "tags": [{"key": "Project", "value": "shopcloud"}]}

    def RegisterTaskDefinition(self, family: str, containerDefinitions: Any, **more: Any) -> dict[str, Any]:
        arn = self._define(family.removeprefix("shopcloud-"), "", **more)
        self.definitions[arn]["containerDefinitions"] = containerDefinitions
        return {"taskDefinition": self.definitions[arn]}

    def DescribeServices(self, cluster: str, services: list[str]) -> dict[str, Any]:
        assert cluster == "shopcloud"
        return {"services": [self._told(name) for name in services if name in self.services], "failures": []}

    def _told(self, name: str) -> dict[str, Any]:
        return {
            "serviceName": name,
            "status": "ACTIVE",
            "taskDefinition": self.services[name],
            "desiredCount": 2,
            "runningCount": 1 if name in self.stuck and self.running()[name] == NEW else 2,
            "deployments": [{"status": "PRIMARY"}],
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}},
        }

    def UpdateService(self, cluster: str, service: str, taskDefinition: str) -> dict[str, Any]:
        self.said.append((service, self.image(taskDefinition)))
        # The circuit breaker: unhealthy tasks are given up, the service goes on with what it had.
        if not (service in self.sick and self.image(taskDefinition) == NEW):
            self.services[service] = taskDefinition
        return {"service": self._told(service)}

    def RunTask(self, taskDefinition: str, networkConfiguration: Any, **_: Any) -> dict[str, Any]:
        assert networkConfiguration["awsvpcConfiguration"]["subnets"] == ["subnet-1"]
        self.said.append(("migrate", self.image(taskDefinition)))
        return {"tasks": [{"taskArn": f"{ARN}task/1"}], "failures": []}

    def DescribeTasks(self, cluster: str, tasks: list[str]) -> dict[str, Any]:
        container = {"name": "migrate", "exitCode": self.exit_code}
        told = {"taskArn": tasks[0], "lastStatus": "STOPPED", "containers": [container], "stoppedReason": "done"}
        return {"tasks": [told], "failures": []}
