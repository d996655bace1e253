"""The alarms fire on the day that is meant and on no other; they and the dashboard name only what the shop tells."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import promql_parser as promql
import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from deploy.local.state import REPOSITORY
from shopcloud import scraping
from shopcloud.lib import metrics
from tests.observability.promql import Series, evaluate, series

FOLDER = REPOSITORY / "deploy" / "observability"
RULES = FOLDER / "prometheus" / "rules.yml"
ALARMS = {rule["alert"]: rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]}
# What Prometheus says itself.
OF_PROMETHEUS = {"up"}
# What the documents want to be seen.
WANTED = {
    "shop_http_requests_total",
    "shop_http_request_seconds_bucket",
    "shop_tier_seconds_bucket",
    "shop_queue_age_seconds",
    "shop_outbox_lag_seconds",
    "shop_stock_races_lost_total",
    "shop_cache_reads_total",
    "shop_breaker_state",
    "shop_tasks_total",
    "shop_task_seconds_bucket",
    "shop_postgres_connections",
    "shop_disk_used_ratio",
}
NOW = 8 * 3600.0


def expressions_of_the_dashboard() -> list[str]:
    board = json.loads((FOLDER / "grafana" / "dashboards" / "shop.json").read_text())
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def names(expression: str) -> set[str]:
    promql.parse(expression)
    return set(re.findall(r"\b(shop_[a-z_]+|up)\b(?=[\[{ )]|$)", expression))


@pytest.fixture
def told(db) -> set[str]:
    """The names of all series that the shop can tell."""
    found = set()
    own = [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
    for metric in [metric for one in own for metric in one.describe()]:
        endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(metric.type, [""])
        found |= {metric.name + ending for ending in endings}
    return found | {metric.name for metric in scraping._Now().collect()}


def test_every_name_in_the_rules_and_on_the_dashboard_is_told_by_the_shop(told: set[str]):
    used = {name for rule in ALARMS.values() for name in names(rule["expr"])}
    seen = {name for expression in expressions_of_the_dashboard() for name in names(expression)}
    assert used - OF_PROMETHEUS - told == set()
    assert seen - told == set()
    assert told & seen >= WANTED
    assert WANTED - {"shop_task_seconds_bucket"} <= used | {"shop_http_request_seconds_bucket"}


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_says_whom_it_wakes_and_has_a_page_that_fits_on_a_screen(name: str):
    rule = ALARMS[name]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    page = (REPOSITORY / rule["annotations"]["runbook"]).read_text()
    assert page.startswith("# ")
    assert 5 < len(page.splitlines()) < 40


def test_prometheus_asks_the_processes_that_compose_runs():
    services = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]
    asked = yaml.safe_load((FOLDER / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    targets = [target for job in asked for one in job["static_configs"] for target in one["targets"]]
    port = services["worker"]["environment"]["METRICS_PORT"]
    assert set(targets) == {"web:8000", "realtime:8000", f"worker:{port}", f"search:{port}"}
    assert {target.partition(":")[0] for target in targets} <= set(services)
    for service, folder in (("prometheus", "prometheus"), ("grafana", "grafana/dashboards")):
        assert services[service]["profiles"] == ["observability"]
        mounts = [volume.partition(":")[0] for volume in services[service]["volumes"]]
        assert f"./deploy/observability/{folder}" in mounts


def test_the_dashboard_asks_the_source_that_is_provisioned():
    board = json.loads((FOLDER / "grafana" / "dashboards" / "shop.json").read_text())
    provisioned = yaml.safe_load((FOLDER / "grafana/provisioning/datasources/prometheus.yml").read_text())
    uids = {source["uid"] for source in provisioned["datasources"]}
    assert {panel["datasource"]["uid"] for panel in board["panels"]} == uids


def steady(value: float) -> Callable[[float], float]:
    return lambda _t: value


def growing(per_second: float, *, before: float | None = None, since: float = 0.0) -> Callable[[float], float]:
    """A counter: until `since` it grew at the pace of `before`."""
    first = per_second if before is None else before
    return lambda t: first * min(t, since) + per_second * max(0.0, t - since)


HEALTHY = {"up": 1, "errors": 0.00002, "fast": 0.99, "races": 0.01, "queue": 4, "lag": 1, "dead": 0, "failed": 0.001}
HEALTHY |= {"breaker": 0, "tier_fast": 0.999, "hits": 0.95, "connections": 40, "disk": 0.4, "since": 0.0}
HEALTHY |= {"realtime_up": 1}


def day(**changed: float) -> Series:
    """Hours of figures: a healthy day but for what `changed` names."""
    return dict([*requests(HEALTHY | changed), *background(HEALTHY | changed), *tiers(HEALTHY | changed)])


def requests(is_: dict[str, float]):
    def failing(share: float, usual: float) -> Callable[[float], float]:
        return growing(100 * share, before=100 * usual, since=is_["since"])

    name, where = "shop_http_requests_total", {"route": "search/", "method": "GET"}
    yield series("up", steady(is_["up"]), job="web")
    yield series("up", steady(is_["realtime_up"]), job="realtime")
    yield series(name, failing(1 - is_["errors"], 1 - HEALTHY["errors"]), **where, status="2xx")
    yield series(name, failing(is_["errors"], HEALTHY["errors"]), **where, status="5xx")
    for le in ("0.1", "0.2", "0.3", "0.5", "1.0", "+Inf"):
        share = 1 if le in {"1.0", "+Inf"} else is_["fast"]
        yield series("shop_http_request_seconds_bucket", growing(100 * share), route="search/", le=le)
    yield series("shop_stock_races_lost_total", growing(is_["races"]))


def background(is_: dict[str, float]):
    yield series("shop_queue_age_seconds", steady(is_["queue"]), queue="mail")
    yield series("shop_outbox_lag_seconds", steady(is_["lag"]))
    yield series("shop_outbox_dead", steady(is_["dead"]))
    yield series("shop_tasks_total", growing(10 * is_["failed"]), task="t", outcome="failed")
    yield series("shop_tasks_total", growing(10 * (1 - is_["failed"])), task="t", outcome="succeeded")


def tiers(is_: dict[str, float]):
    yield series("shop_breaker_state", steady(is_["breaker"]), tier="cache")
    for le in ("0.01", "0.5", "1.0", "+Inf"):
        share = 1 if le in {"1.0", "+Inf"} else is_["tier_fast"]
        yield series("shop_tier_seconds_bucket", growing(50 * share), tier="pg", le=le)
    yield series("shop_cache_reads_total", growing(90 * is_["hits"]), cache="page", outcome="hit")
    yield series("shop_cache_reads_total", growing(90 * (1 - is_["hits"])), cache="page", outcome="miss")
    yield series("shop_postgres_connections", steady(is_["connections"]))
    yield series("shop_postgres_connections_max", steady(200))
    yield series("shop_disk_used_ratio", steady(is_["disk"]), job="web")


def firing(figures: Series) -> set[str]:
    return {name for name, rule in ALARMS.items() if evaluate(rule["expr"], figures, NOW)}


def test_on_a_healthy_day_nobody_is_woken():
    assert firing(day()) == set()


BREACHES: dict[str, tuple[dict[str, float], set[str]]] = {
    "ShopAway": ({"up": 0}, set()),
    "RealtimeAway": ({"realtime_up": 0}, set()),
    "ErrorRate": ({"errors": 0.011, "since": NOW - 300}, set()),
    "ErrorBudgetBurnsFast": ({"errors": 0.0016, "since": NOW - 3600}, set()),
    "ErrorBudgetBurnsSlowly": ({"errors": 0.0007}, set()),
    "SlowAnswers": ({"fast": 0.90}, {"SlowPages"}),
    "SlowPages": ({"fast": 0.949}, {"SlowAnswers"}),
    "StockRacesLost": ({"races": 0.6}, set()),
    "QueueAge": ({"queue": 301}, set()),
    "OutboxLag": ({"lag": 121}, set()),
    "OutboxDead": ({"dead": 1}, set()),
    "TasksFail": ({"failed": 0.06}, set()),
    "BreakerOpen": ({"breaker": 2}, set()),
    "SlowTier": ({"tier_fast": 0.94}, set()),
    "CacheMisses": ({"hits": 0.49}, set()),
    "DatabaseConnections": ({"connections": 161}, set()),
    "DiskFills": ({"disk": 0.81}, set()),
}


def test_there_is_a_breach_for_every_alarm():
    assert set(BREACHES) == set(ALARMS)


@pytest.mark.parametrize("name", BREACHES)
def test_each_alarm_fires_on_its_own_breach_and_no_other_does(name: str):
    figures, with_it = BREACHES[name]
    assert firing(day(**figures)) == {name} | with_it


def test_a_burst_that_is_over_wakes_nobody_for_the_budget():
    """The short window ends the alarm: an hour's average alone would go on for an hour."""

    def burst(t: float) -> float:
        return 100 * 0.5 * max(0.0, min(t, NOW - 1900) - (NOW - 1930))

    labels = {"route": "search/", "method": "GET", "status": "5xx"}
    figures = dict(day()) | dict([series("shop_http_requests_total", burst, **labels)])
    hour = 'sum(rate(shop_http_requests_total{status="5xx"}[1h])) / sum(rate(shop_http_requests_total[1h])) > 0.00144'
    assert evaluate(hour, figures, NOW)
    assert firing(figures) == set()


def test_prometheus_itself_accepts_the_rules(tmp_path: Path):
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    rates = "0+60x60"
    labels = 'route="search/",method="GET"'
    tests = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": f'shop_http_requests_total{{{labels},status="5xx"}}', "values": rates},
                    {"series": f'shop_http_requests_total{{{labels},status="2xx"}}', "values": rates},
                ],
                "promql_expr_test": [
                    {"expr": f"count({ALARMS['ErrorRate']['expr']})", "eval_time": "30m", "exp_samples": [
                        {"labels": "{}", "value": 1}
                    ]},
                    {"expr": f"count({ALARMS['ErrorBudgetBurnsFast']['expr']})", "eval_time": "30m", "exp_samples": [
                        {"labels": "{}", "value": 1}
                    ]},
                ],
            }
        ],
    }  # fmt: skip
    file = tmp_path / "tests.yml"
    file.write_text(yaml.safe_dump(tests))
    for command in (["check", "rules", str(RULES)], ["test", "rules", str(file)]):
        done = subprocess.run([promtool, *command], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
