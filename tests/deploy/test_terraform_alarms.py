"""Claims: an alarm stands where the requirements put it, and has a page that says what to do."""

import re
from pathlib import Path
from typing import Any

from tests.deploy import terraform


def _alarms(paths: list[Path]) -> list[tuple[str, str, dict[str, Any]]]:
    found = [block for path in paths for block in terraform.blocks(terraform.parse(path.read_text()))]
    return [block for block in found if block[0] == "aws_cloudwatch_metric_alarm"]


def test_each_alarm_has_a_page_for_who_is_woken() -> None:
    text = "\n".join(path.read_text() for path in terraform.files())
    alarms = [body for _, _, body in _alarms(terraform.files())]
    assert len(alarms) >= 8
    assert [a["alarm_name"] for a in alarms if not a.get("alarm_description", "").startswith("deploy/runbooks/")] == []
    named = set(re.findall(r'runbook = "([a-z-]+)"', text)) | set(re.findall(r"deploy/runbooks/([a-z-]+)\.md", text))
    assert len(named) >= 8
    missing = [name for name in sorted(named) if not (terraform.ROOT / f"deploy/runbooks/{name}.md").is_file()]
    assert missing == []


def test_the_alarms_stand_where_the_requirements_put_them() -> None:
    tree = terraform.module("observability")
    rate = terraform.resources(tree, "aws_cloudwatch_metric_alarm")["error_rate"]
    assert (rate["threshold"], rate["metric_query"][0]["expression"][:5]) == (1, "100 *")
    text = (terraform.FOLDER / "modules/observability/main.tf").read_text()
    for line in (
        '"TargetResponseTime", statistic = "p95", threshold = 0.5',
        "var.max_connections * 0.8",
        "1073741824 * 0.2",
    ):
        assert line in text


def test_the_dashboard_begins_with_what_buyers_notice() -> None:
    text = (terraform.FOLDER / "modules/observability/main.tf").read_text()
    graphs = text[text.index("traffic = [") : text.index('resource "aws_cloudwatch_dashboard"')]
    for metric in ("RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime", "ApproximateAgeOfOldestMessage"):
        assert f'"{metric}"' in text
    assert [graph in graphs for graph in ("Requests", "Failed requests, %", "budgets 0.2 and 0.5 s", "burn rate")] == (
        [True] * 4
    )
    board = terraform.resources(terraform.module("observability"), "aws_cloudwatch_dashboard")["shop"]
    assert board["dashboard_body"].index("local.traffic") < board["dashboard_body"].index("local.alarms")
