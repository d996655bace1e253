"""A breach that is over soon wakes nobody; one that stays wakes somebody in time. For every alarm, second by second."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.local.state import REPOSITORY
from tests.observability.durations import STEP, between, firing, seconds
from tests.observability.promql import Series
from tests.observability.test_alarms import ALARMS, BREACHES, RULES, day

BEGIN = 7 * 3600.0
MINUTE = 60.0
# Where test_alarms.py has one that takes half a day to show.
MILDER = {"ErrorBudgetBurnsSlowly": {"errors": 0.0009}}
# How long it lasts, in minutes: the first is over in time, the second is not.
LASTS: dict[str, tuple[float, float]] = {
    "ShopAway": (0.75, 1.5),
    "RealtimeAway": (4.75, 5.5),
    "ErrorRate": (6, 9),
    "ErrorBudgetBurnsFast": (55, 58),
    "ErrorBudgetBurnsSlowly": (240, 256),
    "SlowAnswers": (2.6, 9),
    "SlowPages": (10, 16),
    "StockRacesLost": (5.5, 12),
    "QueueAge": (1.75, 2.5),
    "OutboxLag": (1.75, 2.5),
    "OutboxDead": (4.75, 5.5),
    "TasksFail": (9, 16),
    "BreakerOpen": (0.75, 1.5),
    "SlowTier": (5.5, 11),
    "CacheMisses": (20, 31),
    "DatabaseConnections": (2.75, 3.5),
    "DiskFills": (4.75, 5.5),
}


def breach(name: str, minutes: float) -> Series:
    changed = MILDER.get(name) or {key: value for key, value in BREACHES[name][0].items() if key != "since"}
    return between(day(), day(**changed), BEGIN, BEGIN + minutes * MINUTE)


def fired(name: str, minutes: float, *, held: str = "") -> list[float]:
    """The seconds after its begin at which somebody is woken for a breach of so many minutes."""
    rule = ALARMS[name] | ({"for": held} if held else {})
    end = BEGIN + minutes * MINUTE
    # Hours are walked by the minute.
    every = STEP if minutes < 60 else MINUTE
    begin = max(BEGIN - MINUTE, end - 40 * MINUTE)
    found = firing(rule, breach(name, minutes), begin, end + 35 * MINUTE, every=every)
    return [at - BEGIN for at, _ in found]


def test_every_alarm_says_how_long_it_waits():
    assert set(LASTS) == set(ALARMS)
    assert all(seconds(rule["for"]) >= MINUTE for rule in ALARMS.values())
    asked = yaml.safe_load((REPOSITORY / "deploy/observability/prometheus/prometheus.yml").read_text())["global"]
    assert {seconds(asked[key]) for key in ("scrape_interval", "evaluation_interval")} == {STEP}


@pytest.mark.parametrize("name", LASTS)
def test_a_breach_that_is_over_soon_wakes_nobody(name: str):
    short, _ = LASTS[name]
    assert fired(name, short) == []
    assert fired(name, short, held="0s"), "it was never a breach: the `for` is not what kept it quiet"


@pytest.mark.parametrize("name", LASTS)
def test_a_breach_that_stays_wakes_somebody_before_it_is_over(name: str):
    _, long = LASTS[name]
    woken = fired(name, long)
    assert woken and seconds(ALARMS[name]["for"]) <= woken[0] <= long * MINUTE


def test_who_is_paged_is_paged_within_ten_minutes_of_a_breach_that_all_buyers_notice():
    """The slow burn is there for what nobody notices at once."""
    budget = "ErrorBudgetBurnsFast"
    bad = between(day(), day(errors=0.05), BEGIN, BEGIN + 10 * MINUTE)
    assert next(firing(ALARMS[budget], bad, BEGIN - MINUTE, BEGIN + 10 * MINUTE))
    for name, rule in ALARMS.items():
        if rule["labels"]["severity"] == "page" and not name.startswith("ErrorBudget"):
            assert fired(name, LASTS[name][1])[0] <= 10 * MINUTE


def test_prometheus_itself_waits_as_long(tmp_path: Path):
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    tests = [test for name in LASTS if LASTS[name][1] < 45 for test in (_as_promtool(name, 0), _as_promtool(name, 1))]
    file = tmp_path / "tests.yml"
    file.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "evaluation_interval": "15s", "tests": tests}))
    done = subprocess.run([promtool, "test", "rules", file], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _as_promtool(name: str, which: int) -> dict:
    """Half an hour of the good day, the breach, and a look at its last second and a while later."""
    minutes, rule = LASTS[name][which], ALARMS[name]
    start = BEGIN - 30 * MINUTE
    figures = breach(name, minutes)
    ticks = int((30 + minutes + 45) * 60 / STEP)
    written = [
        {
            "series": metric + "{" + ",".join(f'{key}="{text}"' for key, text in sorted(labels)) + "}",
            "values": " ".join(f"{value(start + tick * STEP):.6f}" for tick in range(ticks)),
        }
        for (metric, labels), value in figures.items()
    ]
    last = BEGIN + minutes * MINUTE - STEP
    labels = {labels for at, labels in firing(rule, figures, BEGIN - MINUTE, last) if at == last}
    alerts = [{"exp_labels": dict(one) | rule["labels"], "exp_annotations": rule["annotations"]} for one in labels]
    assert bool(alerts) is bool(which)
    at = f"{int(last - start)}s"
    return {
        "interval": "15s",
        "input_series": written,
        "alert_rule_test": [{"eval_time": at, "alertname": name, "exp_alerts": alerts}],
    }
