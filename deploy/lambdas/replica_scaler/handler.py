"""Every minute: look at the replicas, decide, do one thing. Says what it did as a log line that is also a metric."""

import json
import os
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config

from deploy.lambdas.replica_scaler.decision import Change, Decision, Rules, Seen, decide
from deploy.lambdas.replica_scaler.fleet import Fleet, Names


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    settings = os.environ
    names = Names(
        writer=settings["WRITER"],
        prefix=settings["PREFIX"],
        zone_id=settings["ZONE_ID"],
        record=settings["RECORD"],
        max_connections=int(settings["MAX_CONNECTIONS"]),
    )
    rules = Rules(floor=int(settings["FLOOR"]), ceiling=int(settings["CEILING"]))
    fleet = Fleet(names, **{service: _client(service) for service in ("rds", "cloudwatch", "route53")})
    return run(fleet, rules, now=now)


def run(fleet: Fleet, rules: Rules, *, now: datetime) -> dict[str, Any]:
    fleet.announce()
    fleet.delete_drained(now=now)
    seen = fleet.seen(now=now)
    decision = decide(seen, rules, now=now)
    name = ""
    if decision.change == Change.ADD:
        name = fleet.add(now=now)
    elif decision.change == Change.REMOVE:
        name = fleet.remove(now=now)
    print(json.dumps(_line(fleet.names.writer, seen, decision, name, now)))
    return {"change": decision.change, "reason": decision.reason, "replica": name}


def _line(writer: str, seen: Seen, decision: Decision, name: str, now: datetime) -> dict[str, Any]:
    """CloudWatch reads the metrics out of the log: no call, no permission."""
    metrics = [{"Name": "Replicas", "Unit": "Count"}, {"Name": "AtCeiling", "Unit": "Count"}]
    return {
        "_aws": {
            "Timestamp": int(now.timestamp() * 1000),
            "CloudWatchMetrics": [{"Namespace": "ShopCloud", "Dimensions": [["Writer"]], "Metrics": metrics}],
        },
        "Writer": writer,
        "Replicas": seen.replicas,
        "AtCeiling": int(decision.at_ceiling),
        "change": decision.change,
        "reason": decision.reason,
        "replica": name,
    }


def _client(service: Any) -> Any:
    config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 3})
    client: Any = boto3.client(service, config=config)
    return client
