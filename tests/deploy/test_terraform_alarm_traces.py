"""Claims: every alarm of CloudWatch sleeps through a healthy day and a blip, and rings for its own breach, in time.

CloudWatch looks at the last `evaluation_periods` values of `period` seconds each: it rings where at least
`datapoints_to_alarm` of them breach, and a missing value counts as the alarm says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.deploy import terraform

COMPARE = {
    "GreaterThanThreshold": lambda value, most: value > most,
    "LessThanThreshold": lambda value, least: value < least,
}
DEFAULTS = {"var.max_connections": 1600, "var.storage_gib": 100}
DAY = 24 * 3600
# Of each metric a good value and a bad one.
VALUES = {
    "TargetResponseTime": (0.12, 0.51),
    "CPUUtilization": (45, 81),
    "DatabaseConnections": (400, 1281),
    "FreeStorageSpace": (60 * 2**30, 19 * 2**30),
    "EngineCPUUtilization": (20, 81),
    "DatabaseMemoryUsagePercentage": (40, 81),
    "ClusterStatus.red": (0, 1),
    "ReplicaLag": (0.2, 5.1),
    "ApproximateAgeOfOldestMessage": (3, 301),
    "ApproximateNumberOfMessagesVisible": (0, 1),
    "ThrottledRequests": (0, 11),
    "Errors": (0, 1),
    "IteratorAge": (2000, 300001),
    "AtCeiling": (0, 1),
    "SuccessPercent": (100, 0),
    "LambdaExecutionError": (0, 5),
    "failed": (0.002, 1.1),
}


@dataclass(frozen=True)
class Alarm:
    name: str
    metric: str
    threshold: float
    comparison: str
    seconds: int
    periods: int
    breaching: int
    missing: str

    def rings(self, values: list[float | None]) -> bool:
        """At the end of a trace of one value a period."""
        seen = values[-self.periods :]
        bad = [self.missing == "breaching" if v is None else COMPARE[self.comparison](v, self.threshold) for v in seen]
        return len(seen) == self.periods and sum(bad) >= self.breaching

    def rung(self, values: list[float | None]) -> list[int]:
        """After how many periods of the trace it rings."""
        return [n for n in range(1, len(values) + 1) if self.rings(values[:n])]


def number(text: Any) -> float:
    """A threshold as Terraform writes it, by the defaults of its variables."""
    said = str(text).removeprefix("${").removesuffix("}")
    product = 1.0
    for factor in said.split("*"):
        product *= DEFAULTS.get(factor.strip()) or float(factor)
    return product


def alarms() -> Iterator[Alarm]:
    for path in terraform.files():
        if path.parent.parent.name != "modules":
            continue
        for type_, name, body in terraform.blocks(terraform.parse(path.read_text())):
            if type_ == "aws_cloudwatch_metric_alarm" and not str(body["threshold"]).startswith("${each"):
                yield _alarm(f"{path.parent.name}.{name}", body)
    yield from _table()
    burns = terraform.local(terraform.module("observability"), "burns")
    for name, burn in burns.items():
        yield Alarm(
            f"burn.{name}",
            "failed",
            burn["threshold"],
            "GreaterThanThreshold",
            burn["seconds"],
            burn["periods"],
            burn["breaching"],
            "notBreaching",
        )


def _alarm(name: str, body: dict[str, Any]) -> Alarm:
    # What differs by function: the compactor runs once a night, so its one failure counts.
    breaching = re.findall(r"\d+", str(body.get("datapoints_to_alarm", body["evaluation_periods"])))[-1]
    seconds = body.get("period") or 60
    return Alarm(
        name,
        body.get("metric_name", "failed"),
        number(body["threshold"]),
        body["comparison_operator"],
        seconds,
        body["evaluation_periods"],
        int(breaching),
        body["treat_missing_data"],
    )


ROW = re.compile(
    r'(?P<name>[\w${} +-]+?)"?\s*=>?\s*\{\s*runbook\s*=.*?metric = "(?P<metric>[^"]+)"'
    r".*?threshold\s*=\s*(?P<threshold>[^,\n]+).*?periods\s*=\s*(?P<periods>\d+)"
    r'.*?seconds\s*=\s*(?P<seconds>\d+).*?comparison = "(?P<comparison>\w+)"',
    re.DOTALL,
)


def _table() -> Iterator[Alarm]:
    text = (terraform.FOLDER / "modules/observability/main.tf").read_text()
    text = text[: text.index("burns = {")]
    tier = terraform.resources(terraform.module("observability"), "aws_cloudwatch_metric_alarm")["tier"]
    assert "datapoints_to_alarm" not in tier
    for row in ROW.finditer(text):
        name = row["name"].strip().rpartition('"')[2]
        yield Alarm(
            f"tier.{name}",
            row["metric"],
            number(row["threshold"].strip()),
            row["comparison"],
            int(row["seconds"]),
            int(row["periods"]),
            int(row["periods"]),
            tier["treat_missing_data"],
        )


ALARMS = {alarm.name: alarm for alarm in alarms()}


def test_every_alarm_is_tried():
    text = "\n".join(path.read_text() for path in terraform.files())
    written = len(re.findall(r'^resource "aws_cloudwatch_metric_alarm"', text, re.MULTILINE))
    # Two of the resources stand for tables, and the tables' rows are tried one by one.
    rows = len(re.findall(r"\brunbook\s*= \"", text))
    burns = len(terraform.local(terraform.module("observability"), "burns"))
    assert len(ALARMS) == written - 2 + rows + burns
    assert {alarm.metric for alarm in ALARMS.values()} == set(VALUES)


@pytest.mark.parametrize("name", ALARMS)
def test_on_a_healthy_day_nobody_is_woken(name: str):
    alarm = ALARMS[name]
    good, _ = VALUES[alarm.metric]
    assert alarm.rung([good] * (DAY // alarm.seconds)) == []


@pytest.mark.parametrize("name", ALARMS)
def test_a_breach_rings_after_as_many_periods_as_it_must_and_a_blip_does_not(name: str):
    alarm = ALARMS[name]
    good, bad = VALUES[alarm.metric]
    before, after = [good] * alarm.periods, [good] * alarm.periods
    assert alarm.rung([*before, *[bad] * (alarm.breaching - 1), *after]) == []
    rung = alarm.rung([*before, *[bad] * alarm.periods])
    assert rung[0] == alarm.periods + alarm.breaching
    # It is over as soon as the values are good again for as long.
    assert alarm.rung([*before, *[bad] * alarm.periods, *after])[-1] < 3 * alarm.periods


@pytest.mark.parametrize("name", ALARMS)
def test_a_metric_that_is_not_told_wakes_nobody_but_for_who_watches(name: str):
    alarm = ALARMS[name]
    assert alarm.rings([None] * alarm.periods) is (alarm.metric == "SuccessPercent")


def test_what_buyers_notice_rings_within_fifteen_minutes():
    late = {
        name: alarm.breaching * alarm.seconds for name, alarm in ALARMS.items() if alarm.seconds * alarm.breaching > 900
    }
    assert late == {"burn.fast": 3000, "burn.slow": 18000}


def test_the_burn_alarms_are_the_budgets_of_the_rules_of_prometheus():
    """An hour at 14.4 times and six hours at 6 times what 99.99 % allows, in percent; ten of twelve values say so."""
    budget = 0.01
    for name, times, hours in (("fast", 14.4, 1), ("slow", 6, 6)):
        alarm = ALARMS[f"burn.{name}"]
        assert alarm.threshold == pytest.approx(times * budget)
        assert alarm.seconds * alarm.periods == hours * 3600
        assert alarm.breaching < alarm.periods
