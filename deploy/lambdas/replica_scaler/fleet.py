"""The replicas as RDS, CloudWatch and Route 53 know them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deploy.lambdas.replica_scaler.decision import Change, Load, Seen

# On the writer: what was done last, and when.
TAG = "shopcloud-replicas"
# On a replica that readers are no longer sent to: since when.
DRAINING = "shopcloud-draining"
DRAIN = timedelta(minutes=5)
WINDOW = timedelta(minutes=10)
METRICS = {"lag": ("ReplicaLag", "Maximum"), "cpu": ("CPUUtilization", "Average")}
METRICS["connections"] = ("DatabaseConnections", "Maximum")


@dataclass(frozen=True, slots=True)
class Names:
    """Of the writer, of the replicas that are added here, and of the address that readers ask."""

    writer: str
    prefix: str
    zone_id: str
    record: str
    max_connections: int


class Fleet:
    """One look at the writer and its replicas, and the two things that can be done to them."""

    def __init__(self, names: Names, *, rds: Any, cloudwatch: Any, route53: Any) -> None:
        self.names, self.rds, self.cloudwatch, self.route53 = names, rds, cloudwatch, route53
        self.writer = self._instance(names.writer)
        sources = self.writer.get("ReadReplicaDBInstanceIdentifiers", [])
        # Replicas in other regions are listed by their ARN; they follow their own region's needs.
        self.replicas = [self._instance(name) for name in sources if not name.startswith("arn:")]

    def _instance(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
        return found

    @property
    def own(self) -> list[dict[str, Any]]:
        return [one for one in self.replicas if one["DBInstanceIdentifier"].startswith(self.names.prefix)]

    def seen(self, *, now: datetime) -> Seen:
        ready = [one for one in self.replicas if one["DBInstanceStatus"] == "available" and not _draining(one)]
        loads = self._loads([one["DBInstanceIdentifier"] for one in ready], now)
        return Seen(
            replicas=len(self.replicas),
            removable=len([one for one in self.own if one in ready]),
            loads=loads,
            in_transit=len(ready) < len(self.replicas),
            last_change=self._last_change(),
        )

    def _last_change(self) -> tuple[Change, datetime] | None:
        change, _, at = _tag(self.writer, TAG).partition(" ")
        return (Change(change), datetime.fromisoformat(at)) if at else None

    def _loads(self, names: list[str], now: datetime) -> tuple[Load, ...]:
        """Of the replicas of which everything is known."""
        queries = [
            _query(f"{key}{number}", name, metric, statistic)
            for number, name in enumerate(names)
            for key, (metric, statistic) in METRICS.items()
        ]
        if not queries:
            return ()
        answer = self.cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=now - WINDOW, EndTime=now)
        values = {found["Id"]: found["Values"] for found in answer["MetricDataResults"] if found["Values"]}
        known = [n for n in range(len(names)) if all(f"{key}{n}" in values for key in METRICS)]
        return tuple(
            Load(
                # The least of the window: one late minute is no trend.
                lag=min(values[f"lag{n}"]),
                cpu=sum(values[f"cpu{n}"]) / len(values[f"cpu{n}"]),
                connections=100 * max(values[f"connections{n}"]) / self.names.max_connections,
            )
            for n in known
        )

    def add(self, *, now: datetime) -> str:
        """Ask for one more like the writer; readers are sent to it by `announce` when it answers."""
        taken = {one["DBInstanceIdentifier"] for one in self.own}
        name = next(n for n in (f"{self.names.prefix}{k}" for k in range(1, 100)) if n not in taken)
        self.rds.create_db_instance_read_replica(
            DBInstanceIdentifier=name,
            SourceDBInstanceIdentifier=self.names.writer,
            DBInstanceClass=self.writer["DBInstanceClass"],
            # Else it would stand in the network's default group, where no task can reach it.
            VpcSecurityGroupIds=[group["VpcSecurityGroupId"] for group in self.writer["VpcSecurityGroups"]],
            PubliclyAccessible=False,
            CopyTagsToSnapshot=True,
            Tags=[{"Key": "ManagedBy", "Value": "replica_scaler"}],
        )
        self._remember(Change.ADD, now)
        return name

    def remove(self, *, now: datetime) -> str:
        """Send no more readers to the youngest of those added here; `delete_drained` takes it away."""
        ready = [one for one in self.own if one["DBInstanceStatus"] == "available"]
        last = max(ready, key=lambda one: one["InstanceCreateTime"])
        name: str = last["DBInstanceIdentifier"]
        self._tag(last, DRAINING, now.isoformat())
        self._record("DELETE", last)
        self._remember(Change.REMOVE, now)
        return name

    def delete_drained(self, *, now: datetime) -> None:
        """Delete what readers have had the time to leave."""
        for one in self.own:
            since = _tag(one, DRAINING)
            if since and now - datetime.fromisoformat(since) >= DRAIN and one["DBInstanceStatus"] == "available":
                self.rds.delete_db_instance(DBInstanceIdentifier=one["DBInstanceIdentifier"], SkipFinalSnapshot=True)

    def announce(self) -> None:
        """Send readers to every replica added here that answers. May be repeated."""
        for one in self.own:
            if one["DBInstanceStatus"] == "available" and not _draining(one):
                self._record("UPSERT", one)

    def _record(self, action: str, instance: dict[str, Any]) -> None:
        record = {
            "Name": self.names.record,
            "Type": "CNAME",
            "SetIdentifier": instance["DBInstanceIdentifier"],
            "Weight": 10,
            "TTL": 10,
            "ResourceRecords": [{"Value": instance["Endpoint"]["Address"]}],
        }
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        self.route53.change_resource_record_sets(HostedZoneId=self.names.zone_id, ChangeBatch=batch)

    def _remember(self, change: Change, now: datetime) -> None:
        self._tag(self.writer, TAG, f"{change} {now.isoformat()}")

    def _tag(self, instance: dict[str, Any], key: str, value: str) -> None:
        self.rds.add_tags_to_resource(ResourceName=instance["DBInstanceArn"], Tags=[{"Key": key, "Value": value}])


def _tag(instance: dict[str, Any], key: str) -> str:
    return next((str(tag["Value"]) for tag in instance.get("TagList", []) if tag["Key"] == key), "")


def _draining(instance: dict[str, Any]) -> bool:
    return bool(_tag(instance, DRAINING))


def _query(identity: str, instance: str, metric: str, statistic: str) -> dict[str, Any]:
    named = [{"Name": "DBInstanceIdentifier", "Value": instance}]
    stat = {"Metric": {"Namespace": "AWS/RDS", "MetricName": metric, "Dimensions": named}, "Period": 60}
    return {"Id": identity, "MetricStat": {**stat, "Stat": statistic}, "ReturnData": True}
