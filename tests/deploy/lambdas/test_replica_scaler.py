"""Claims: replicas follow an evening's load without swinging, within bounds, and go only after readers left."""

import json
import math
from datetime import UTC, datetime, timedelta

import pytest
from botocore.stub import ANY

from deploy.lambdas.replica_scaler.decision import Change, Load, Rules, Seen, decide
from deploy.lambdas.replica_scaler.fleet import DRAINING, TAG, Fleet, Names
from deploy.lambdas.replica_scaler.handler import run

NOW = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CALM, BUSY, LATE = Load(0.2, 20, 20), Load(0.5, 85, 40), Load(9, 40, 20)


def seen(*loads: Load, **changes) -> Seen:
    given = {"replicas": len(loads), "removable": max(0, len(loads) - 1), "loads": loads}
    return Seen(**{**given, **changes})


# -- one decision ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "change", "word"),
    [
        (seen(), Change.ADD, "at least 1"),
        (seen(BUSY), Change.ADD, "cpu"),
        (seen(CALM, LATE), Change.ADD, "lag"),
        (seen(Load(0, 10, 95)), Change.ADD, "connections"),
        (seen(CALM), Change.NONE, "within bounds"),
        (seen(CALM, CALM), Change.REMOVE, "others carry"),
        (seen(CALM, CALM, removable=0), Change.NONE, "within bounds"),
        (seen(CALM, Load(2, 10, 10)), Change.NONE, "within bounds"),
        (seen(CALM, replicas=2), Change.NONE, "within bounds"),
        (seen(replicas=2), Change.NONE, "no measurements"),
        (seen(BUSY, in_transit=True), Change.NONE, "being made"),
        (seen(CALM, CALM, in_transit=True), Change.NONE, "being made"),
        (seen(BUSY, last_change=(Change.ADD, NOW - 19 * MINUTE)), Change.NONE, "must pass"),
        (seen(BUSY, last_change=(Change.ADD, NOW - 20 * MINUTE)), Change.ADD, "cpu"),
        (seen(CALM, CALM, last_change=(Change.REMOVE, NOW - 59 * MINUTE)), Change.NONE, "must pass"),
        (seen(CALM, CALM, last_change=(Change.REMOVE, NOW - 60 * MINUTE)), Change.REMOVE, "carry"),
        (seen(*[BUSY] * 5), Change.NONE, "the most"),
    ],
)
def test_each_state_has_one_answer_that_says_why(state, change, word):
    decision = decide(state, Rules(), now=NOW)
    assert decision.change == change and word in decision.reason
    assert decision.at_ceiling == (word == "the most")


def test_one_less_is_refused_where_the_rest_would_soon_want_it_back():
    """29 % of two is 58 % of one: over the 56 % that leave room under the threshold."""
    assert decide(seen(Load(0, 29, 5), Load(0, 29, 5)), Rules(), now=NOW).change == Change.NONE
    assert decide(seen(Load(0, 27, 5), Load(0, 27, 5)), Rules(), now=NOW).change == Change.REMOVE


# -- a simulated day -------------------------------------------------------------------------------------------


class Day:
    """Replicas that take ten minutes to come up, sharing a demand (in replicas' worth of CPU) minute by minute."""

    def __init__(self, demand, rules: Rules) -> None:
        self.demand, self.rules = demand, rules
        self.ready, self.coming, self.last = 1, [], None
        self.counts, self.changes, self.lags, self.ceilings = [], [], [], 0

    def run(self, minutes: int) -> "Day":
        for minute in range(minutes):
            self._minute(NOW + minute * MINUTE, self.demand(minute))
        return self

    def _minute(self, now: datetime, demand: float) -> None:
        self.ready += len([at for at in self.coming if at <= now])
        self.coming = [at for at in self.coming if at > now]
        share = demand / self.ready
        # A replica that has no CPU left replays late.
        lag = 0.3 + max(0.0, share - 0.9) * 40
        load = Load(lag, min(100, share * 100), min(100, share * 60))
        self.lags.append(lag)
        state = Seen(
            replicas=self.ready + len(self.coming),
            removable=self.ready - 1,
            loads=(load,) * self.ready,
            in_transit=bool(self.coming),
            last_change=self.last,
        )
        decision = decide(state, self.rules, now=now)
        self.ceilings += decision.at_ceiling
        if decision.change == Change.ADD:
            self.coming.append(now + 10 * MINUTE)
        elif decision.change == Change.REMOVE:
            self.ready -= 1
        if decision.change != Change.NONE:
            self.last = (decision.change, now)
            self.changes.append((now, decision.change))
        self.counts.append(self.ready + len(self.coming))


def evening(minute: int) -> float:
    """A third of a replica by night, one and a half at nine in the evening: the documents' peak."""
    return 0.33 + 1.2 * math.exp(-(((minute - 300) / 110) ** 2))


def test_an_evening_gets_more_replicas_before_it_hurts_and_gives_them_back_by_night():
    day = Day(evening, Rules()).run(900)
    assert max(day.counts) == 3 and day.counts[-1] == 1
    assert max(day.lags) < 5
    added = [at for at, change in day.changes if change == Change.ADD]
    removed = [at for at, change in day.changes if change == Change.REMOVE]
    assert len(added) == len(removed) == 2
    # No swinging: everything that is added comes before anything that goes.
    assert max(added) < min(removed)


def test_without_the_cool_down_short_spikes_buy_and_drop_replicas_twice_as_often():
    hasty = Rules(after_adding=timedelta(0), after_removing=timedelta(0))
    spikes = lambda minute: 0.75 if minute % 20 < 4 else 0.2  # noqa: E731
    assert len(Day(spikes, hasty).run(600).changes) >= 2 * len(Day(spikes, Rules()).run(600).changes)


def test_a_flood_stops_at_the_ceiling_and_says_so():
    day = Day(lambda minute: 30.0, Rules(ceiling=3)).run(240)
    assert max(day.counts) == 3 and day.ceilings > 100


def test_a_floor_is_kept_through_the_quietest_night():
    day = Day(lambda minute: 0.01, Rules(floor=2)).run(600)
    assert day.counts[0] == 2 and set(day.counts) == {2}


# -- what AWS is asked -----------------------------------------------------------------------------------------

NAMES = Names("shopcloud-orders", "shopcloud-orders-auto-", "Z1", "orders-readers.shopcloud.internal", 1600)
TIMES = {"InstanceCreateTime": NOW - timedelta(hours=5)}


def instance(name: str, status: str = "available", **more) -> dict:
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceClass": "db.r6g.xlarge",
        "DBInstanceStatus": status,
        "DBInstanceArn": f"arn:aws:rds:us-east-1:111122223333:db:{name}",
        "Endpoint": {"Address": f"{name}.abc.us-east-1.rds.amazonaws.com", "Port": 5432},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
        **TIMES,
        **more,
    }


class Aws:
    def __init__(self, stub, *replicas: dict, tag: str = "") -> None:
        self.rds, self.cloudwatch, self.route53 = stub("rds"), stub("cloudwatch"), stub("route53")
        writer = instance("shopcloud-orders", TagList=[{"Key": TAG, "Value": tag}] if tag else [])
        far = "arn:aws:rds:eu-west-1:111122223333:db:shopcloud-orders"
        writer["ReadReplicaDBInstanceIdentifiers"] = [one["DBInstanceIdentifier"] for one in replicas] + [far]
        for one in (writer, *replicas):
            asked = {"DBInstanceIdentifier": one["DBInstanceIdentifier"]}
            self.rds.add_response("describe_db_instances", {"DBInstances": [one]}, asked)

    def fleet(self) -> Fleet:
        clients = {"rds": self.rds.client, "cloudwatch": self.cloudwatch.client, "route53": self.route53.client}
        return Fleet(NAMES, **clients)

    def record(self, action: str, name: str) -> None:
        record = {
            "Name": NAMES.record,
            "Type": "CNAME",
            "SetIdentifier": name,
            "Weight": 10,
            "TTL": 10,
            "ResourceRecords": [{"Value": f"{name}.abc.us-east-1.rds.amazonaws.com"}],
        }
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        info = {"ChangeInfo": {"Id": "1", "Status": "PENDING", "SubmittedAt": NOW}}
        self.route53.add_response("change_resource_record_sets", info, {"HostedZoneId": "Z1", "ChangeBatch": batch})

    def tagged(self, name: str, key: str, value) -> None:
        arn = f"arn:aws:rds:us-east-1:111122223333:db:{name}"
        asked = {"ResourceName": arn, "Tags": [{"Key": key, "Value": value}]}
        self.rds.add_response("add_tags_to_resource", {}, asked)

    def measured(self, *loads: tuple[list[float], list[float], list[float]]) -> None:
        results = [
            {"Id": f"{key}{n}", "Values": values}
            for n, load in enumerate(loads)
            for key, values in zip(("lag", "cpu", "connections"), load, strict=True)
        ]
        asked = {"MetricDataQueries": ANY, "StartTime": ANY, "EndTime": NOW}
        self.cloudwatch.add_response("get_metric_data", {"MetricDataResults": results}, asked)


HOT, COLD = ([0.1, 8.0], [90.0, 95.0], [300.0]), ([0.1], [10.0], [100.0])


def test_a_hot_replica_gets_a_second_one_and_the_writer_remembers(stub, capsys):
    aws = Aws(stub, instance("shopcloud-orders-reader-1"))
    aws.measured(HOT)
    created = {
        "DBInstanceIdentifier": "shopcloud-orders-auto-1",
        "SourceDBInstanceIdentifier": "shopcloud-orders",
        "DBInstanceClass": "db.r6g.xlarge",
        "VpcSecurityGroupIds": ["sg-1"],
        "PubliclyAccessible": False,
        "CopyTagsToSnapshot": True,
        "Tags": [{"Key": "ManagedBy", "Value": "replica_scaler"}],
    }
    aws.rds.add_response("create_db_instance_read_replica", {}, created)
    aws.tagged("shopcloud-orders", TAG, f"add {NOW.isoformat()}")
    done = run(aws.fleet(), Rules(), now=NOW)
    assert (done["change"], done["replica"]) == ("add", "shopcloud-orders-auto-1")
    line = json.loads(capsys.readouterr().out)
    assert (line["Replicas"], line["AtCeiling"], line["Writer"]) == (1, 0, "shopcloud-orders")
    assert {m["Name"] for m in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]} == {"Replicas", "AtCeiling"}


def test_one_late_minute_is_no_reason_to_add(stub):
    aws = Aws(stub, instance("shopcloud-orders-reader-1"))
    aws.measured(([0.1, 60.0], [20.0], [100.0]))
    assert run(aws.fleet(), Rules(), now=NOW)["change"] == "none"


def test_readers_are_sent_to_a_replica_once_it_answers(stub):
    own = instance("shopcloud-orders-auto-1")
    aws = Aws(stub, instance("shopcloud-orders-reader-1"), own, tag=f"add {(NOW - 5 * MINUTE).isoformat()}")
    aws.record("UPSERT", "shopcloud-orders-auto-1")
    aws.measured(HOT, HOT)
    assert "must pass" in run(aws.fleet(), Rules(), now=NOW)["reason"]


def test_while_one_is_made_nothing_else_happens(stub):
    making = instance("shopcloud-orders-auto-1", "creating")
    del making["Endpoint"]
    aws = Aws(stub, instance("shopcloud-orders-reader-1"), making)
    aws.measured(HOT)
    assert "being made" in run(aws.fleet(), Rules(), now=NOW)["reason"]


def test_by_night_the_youngest_added_one_loses_its_readers_and_terraforms_own_stays(stub):
    young = instance("shopcloud-orders-auto-2", InstanceCreateTime=NOW - timedelta(hours=1))
    aws = Aws(stub, instance("shopcloud-orders-reader-1"), instance("shopcloud-orders-auto-1"), young)
    aws.record("UPSERT", "shopcloud-orders-auto-1")
    aws.record("UPSERT", "shopcloud-orders-auto-2")
    aws.measured(COLD, COLD, COLD)
    aws.tagged("shopcloud-orders-auto-2", DRAINING, NOW.isoformat())
    aws.record("DELETE", "shopcloud-orders-auto-2")
    aws.tagged("shopcloud-orders", TAG, f"remove {NOW.isoformat()}")
    assert run(aws.fleet(), Rules(), now=NOW)["replica"] == "shopcloud-orders-auto-2"


@pytest.mark.parametrize(("minutes", "deleted"), [(4, False), (5, True)])
def test_it_is_deleted_five_minutes_after_its_readers_were_sent_away(stub, minutes, deleted):
    tags = [{"Key": DRAINING, "Value": (NOW - minutes * MINUTE).isoformat()}]
    own = instance("shopcloud-orders-auto-1", TagList=tags)
    aws = Aws(stub, instance("shopcloud-orders-reader-1"), own, tag=f"remove {(NOW - minutes * MINUTE).isoformat()}")
    if deleted:
        asked = {"DBInstanceIdentifier": "shopcloud-orders-auto-1", "SkipFinalSnapshot": True}
        aws.rds.add_response("delete_db_instance", {}, asked)
    aws.measured(COLD, COLD)
    assert run(aws.fleet(), Rules(), now=NOW)["change"] == "none"
