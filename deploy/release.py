"""Roll a release out in one region: `python -m deploy.release IMAGE --cluster shopcloud --shop https://shop.example`.

The migrations run first, as a task of their own; then one service after the other gets the image, each waited for;
then the shop is visited as a shopper would (`deploy/observability/canary.py`). Whatever fails takes the services back
to what they ran before and exits with 1; the tables stay, since migrations only add.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from deploy.observability import canary

# In this order; deploy/terraform/modules/compute has them.
SERVICES = ("web", "realtime", "worker", "search", "beat")
MIGRATION = "migrate"
# Started by others when they need it (deploy/lambdas/rotate_secret), from the newest definition.
ON_CALL = "login"
# A release is fresh: its first pages may be slow, its third visit must not be.
VISITS = 3


class ReleaseFailed(Exception):
    """str() says which step and why."""


@dataclass(frozen=True)
class Patience:
    """How often ECS is asked, and how many times before a step has failed."""

    seconds: float = 15
    times: int = 60

    @property
    def waiter(self) -> dict[str, Any]:
        return {"Delay": self.seconds, "MaxAttempts": self.times}


class Region:
    """A cluster and its services, as ECS knows them."""

    def __init__(self, ecs: Any, cluster: str, patience: Patience) -> None:
        self.ecs, self.cluster, self.patience = ecs, cluster, patience

    def service(self, name: str) -> dict[str, Any]:
        found = self.ecs.describe_services(cluster=self.cluster, services=[name])["services"]
        if not found:
            raise ReleaseFailed(f"{name}: the cluster {self.cluster} has no such service.")
        service: dict[str, Any] = found[0]
        return service

    def prepare(self, process: str, image: str) -> str:
        """A definition as the newest one of its family, but for the image: what Terraform changed goes along."""
        newest = self.ecs.describe_task_definition(taskDefinition=f"{self.cluster}-{process}", include=["TAGS"])
        taken = self.ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
        definition = {key: value for key, value in newest["taskDefinition"].items() if key in taken}
        definition["containerDefinitions"] = [
            one | {"image": image} if one["name"] == process else one for one in definition["containerDefinitions"]
        ]
        if newest.get("tags"):
            definition["tags"] = newest["tags"]
        arn: str = self.ecs.register_task_definition(**definition)["taskDefinition"]["taskDefinitionArn"]
        return arn

    def migrate(self, image: str) -> None:
        """Run the migrations of `image` where web runs, to their end."""
        started = self.ecs.run_task(
            cluster=self.cluster,
            taskDefinition=self.prepare(MIGRATION, image),
            launchType="FARGATE",
            networkConfiguration=self.service("web")["networkConfiguration"],
            startedBy="release",
        )
        if not started["tasks"]:
            raise ReleaseFailed(f"{MIGRATION}: {[failure['reason'] for failure in started['failures']]}")
        arn = started["tasks"][0]["taskArn"]
        waiter = self.ecs.get_waiter("tasks_stopped")
        waiter.wait(cluster=self.cluster, tasks=[arn], WaiterConfig=self.patience.waiter)
        task = self.ecs.describe_tasks(cluster=self.cluster, tasks=[arn])["tasks"][0]
        codes = [container.get("exitCode") for container in task["containers"]]
        if codes != [0]:
            raise ReleaseFailed(f"{MIGRATION}: ended with {codes}, {task.get('stoppedReason', 'no reason given')}.")

    def roll(self, service: str, definition: str) -> None:
        """Have a service run a definition, and wait until it does and nothing else does."""
        self.ecs.update_service(cluster=self.cluster, service=service, taskDefinition=definition)
        waiter = self.ecs.get_waiter("services_stable")
        waiter.wait(cluster=self.cluster, services=[service], WaiterConfig=self.patience.waiter)
        # ECS goes back by itself where new tasks do not become healthy, and is stable then too: on the old ones.
        running = self.service(service)["taskDefinition"]
        if running != definition:
            raise ReleaseFailed(f"{service}: its new tasks did not become healthy; ECS went back to {running}.")


def release(region: Region, image: str, *, migrates: bool, visit: Callable[[], list[canary.Step]]) -> None:
    """Raises ReleaseFailed after taking back what was rolled out."""
    before = {name: region.service(name)["taskDefinition"] for name in SERVICES}
    touched: list[str] = []
    try:
        if migrates:
            _say(MIGRATION, image)
            region.migrate(image)
        for name in SERVICES:
            definition = region.prepare(name, image)
            _say(name, definition)
            touched.append(name)
            region.roll(name, definition)
        _visited(visit, region.patience)
        region.prepare(ON_CALL, image)
    except (ReleaseFailed, WaiterError, ClientError, BotoCoreError) as failed:
        lost = _taken_back(region, {name: before[name] for name in reversed(touched)})
        raise ReleaseFailed(f"{failed} {lost}".strip()) from failed


def _taken_back(region: Region, before: dict[str, str]) -> str:
    """Each service runs what it ran; what does not is told, and the others are taken back all the same."""
    left = []
    for name, definition in before.items():
        _say(f"{name} goes back", definition)
        try:
            region.roll(name, definition)
        except (ReleaseFailed, WaiterError, ClientError, BotoCoreError) as failed:
            left.append(f"{name} could not be taken back: {failed}")
    return " ".join(left)


def _visited(visit: Callable[[], list[canary.Step]], patience: Patience) -> None:
    problems: list[str] = []
    for attempt in range(VISITS):
        if attempt:
            time.sleep(patience.seconds)
        problems = [f"{step.name}: {step.problem}" for step in visit() if step.problem]
        if not problems:
            return
    raise ReleaseFailed(f"A shopper's visit failed {VISITS} times, last at {problems[0]}")


def _say(step: str, what: str) -> None:
    print(json.dumps({"step": step, "what": what}), flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", help="by its digest: <registry>/<repository>@sha256:...")
    parser.add_argument("--cluster", required=True)
    parser.add_argument("--shop", required=True, help="where the shop answers once it is out: https://...")
    parser.add_argument(
        "--migrations", action=argparse.BooleanOptionalAction, default=True, help="in the orders' own region alone"
    )
    asked = parser.parse_args(arguments)
    if "@sha256:" not in asked.image:
        parser.error("an image is named by its digest: a tag can come to mean another one")
    region = Region(boto3.client("ecs"), asked.cluster, Patience())
    try:
        release(region, asked.image, migrates=asked.migrations, visit=lambda: canary.visit(asked.shop))
    except ReleaseFailed as failed:
        print(f"Taken back. {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
