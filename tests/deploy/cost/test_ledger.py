"""Claims: the ledger adds up, grows with traffic, prices all that Terraform builds, and says where a price is from."""

import json
import re
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from deploy.cost import plot, report
from deploy.cost.ledger import bill, saved_by_ageing
from deploy.cost.prices import prices
from deploy.cost.regional import MAX_TASKS, MIN_TASKS, SPOT, TASKS, WEB, web_tasks
from deploy.cost.shared import TIERS, sent_gb
from deploy.cost.usage import assumed, phases
from tests.deploy import terraform

PHASES = {phase.name: phase for phase in phases()}
DOCS = terraform.ROOT / "docs"


# -- sums ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", PHASES.values(), ids=PHASES)
def test_the_total_is_the_sum_of_lines_and_of_services(phase):
    made = bill(phase)
    assert made.total == pytest.approx(
        sum(line.quantity * prices()[line.price].usd * line.share for line in made.lines)
    )
    assert made.total == pytest.approx(sum(made.by_service().values()))
    assert made.per_order * phase.orders * 365 / 12 == pytest.approx(made.total)
    assert all(line.quantity >= 0 for line in made.lines)


def test_a_month_of_one_database_is_what_a_pocket_calculator_says():
    made = [line for line in bill(PHASES["phase2"]).lines if line.what == "the writer and its standby"]
    assert [line.usd for line in made] == [pytest.approx(2 * 0.45 * 730)]


def test_gigabytes_fill_one_tier_of_cloudfronts_prices_after_the_other():
    phase = PHASES["phase3"]
    sent = [line for line in bill(phase).lines if line.what == "sent to browsers"]
    assert sum(line.quantity for line in sent) == pytest.approx(sent_gb(phase))
    assert [line.quantity for line in sent[:-1]] == [size for size, _ in TIERS[: len(sent) - 1]]


@pytest.mark.parametrize("phase", PHASES.values(), ids=PHASES)
def test_more_traffic_never_costs_less_and_more_orders_cost_less_each(phase):
    made = [bill(phase.times(factor)) for factor in (0, 0.5, 1, 1.5, 2, 3, 5, 10, 30)]
    totals = [one.total for one in made]
    assert totals == sorted(totals) and totals[0] < totals[-1] / 2
    assert bill(phase.times(10)).per_order < bill(phase.times(2)).per_order < bill(phase).per_order


def test_the_ceiling_holds_at_eight_times_the_designs_load_and_not_at_ten():
    eight, ten = (bill(PHASES["phase3"].times(factor)) for factor in (8, 10))
    assert eight.total < 50_000 < ten.total
    assert sum(ten.by_service()[name] for name in ("CloudFront", "WAF")) / ten.total == pytest.approx(2 / 3, abs=0.03)


def test_an_empty_shop_still_pays_for_what_stands():
    quiet = bill(PHASES["phase1"].times(0))
    assert quiet.total > 500
    assert quiet.by_service()["CloudFront"] < 5


def test_processes_follow_the_load_between_their_bounds():
    phase = PHASES["phase3"]
    us = phase.writer
    assert web_tasks(phase.times(0), us) == MIN_TASKS
    assert web_tasks(phase.times(1000), us) == MAX_TASKS
    assert web_tasks(phase, replace(us, active=False)) == 0


def test_a_price_that_rises_raises_the_bill(monkeypatch):
    before = bill(PHASES["phase2"]).total
    dear = prices() | {"db.r6g.xlarge": replace(prices()["db.r6g.xlarge"], usd=0.9)}
    monkeypatch.setattr("deploy.cost.line.prices", lambda: dear)
    assert bill(PHASES["phase2"]).total == pytest.approx(before + 3 * 0.45 * 730)


def test_ageing_saves_more_every_year_and_most_where_there_are_most_copies():
    saved = {name: saved_by_ageing(phase) for name, phase in PHASES.items()}
    for rules in saved.values():
        assert all(usd > 0 for usd in rules.values())
        assert rules["the lake at 90 days, after seven years"] > rules["the lake at 90 days, after a year"]
    assert sum(saved["phase3"].values()) > sum(saved["phase1"].values())


# -- prices ----------------------------------------------------------------------------------------------------


def test_every_price_has_a_source_a_date_and_says_whether_it_was_looked_up():
    for price in prices().values():
        assert price.usd > 0 and price.unit and price.resources, price
        assert re.match(r"https?://[\w.-]+/", price.source), price
        assert date(2026, 1, 1) <= date.fromisoformat(price.date) <= date.fromisoformat("2026-11-28"), price
        assert price.verified in {"page", "memory"}, price


def test_every_price_is_used_and_every_line_has_one():
    used = {line.price for phase in PHASES.values() for line in bill(phase.times(200)).lines}
    assert used <= set(prices())
    assert set(prices()) - used == {"fargate-spot-share", "dax.t3.small"}


def test_the_report_says_how_much_hangs_on_memory():
    for phase in PHASES.values():
        made = bill(phase)
        assert 0 < made.from_memory < made.total
    assert "prices from memory" in report.plain()


# -- Terraform -------------------------------------------------------------------------------------------------


def _types() -> set[str]:
    found = set()
    for path in (terraform.FOLDER / "modules").rglob("*.tf"):
        found |= {type_ for type_, _, _ in terraform.blocks(terraform.parse(path.read_text()))}
    return {type_ for type_ in found if type_.startswith("aws_")}


def test_everything_that_terraform_builds_has_a_price_or_a_reason_to_be_free():
    used = {line.price for phase in PHASES.values() for line in bill(phase).lines} | {"fargate-spot-share"}
    priced = {resource for name in used for resource in prices()[name].resources}
    free = set(assumed()["free"])
    assert _types() - priced - free == set()
    assert free - _types() == set() and free & priced == set()


def test_every_module_is_in_the_ledger_or_costs_nothing_by_itself():
    modules = {path.name for path in (terraform.FOLDER / "modules").iterdir()}
    counted = {line.module for phase in PHASES.values() for line in bill(phase).lines}
    assert counted <= modules
    assert modules - counted == {"roles", "stack", "cost", "delivery"}


def test_the_regions_are_the_ones_that_terraform_builds():
    names = {"us": "us-east-1", "eu": "eu-west-1", "west": "us-west-2"}
    for name, phase in PHASES.items():
        tree = terraform.parse((terraform.FOLDER / f"environments/{name}/main.tf").read_text())
        stacks = {key: body for entry in tree["module"] for key, body in entry.items() if key in names}
        assert {names[key] for key in stacks} == {region.name for region in phase.regions}
        for key, body in stacks.items():
            region = next(one for one in phase.regions if one.name == names[key])
            assert (region.database, region.valkey, region.search) == (
                body["database_class"],
                body["valkey_node_type"],
                body["search_instance_type"],
            )
            assert (region.available, region.valkey_replicas) == (body["high_availability"], body["valkey_replicas"])
            assert region.readers == body.get("readers", 0)
            assert region.active == (body.get("active", True) is True)
            assert region.writes == ("orders_replica_of" not in body)


def test_the_processes_have_the_sizes_that_terraform_gives_them():
    tree = terraform.module("compute")
    defaults = {name: v.get("default") for entry in tree["variable"] for name, v in entry.items()}
    assert (defaults["min_tasks"], defaults["max_tasks"]) == (MIN_TASKS, MAX_TASKS)
    declared = terraform.local(tree, "processes")
    for name, (count, vcpu, gb) in {**TASKS, "web": (MIN_TASKS, *WEB)}.items():
        assert (vcpu, gb) == (declared[name]["cpu"] / 1024, declared[name]["memory"] / 1024)
        assert declared[name]["spot"] is (name in SPOT)
        assert count == defaults.get({"web": "min_tasks"}.get(name, f"{name}_tasks"), 1)


def test_the_budget_that_wakes_somebody_is_above_the_ledger():
    for name, phase in PHASES.items():
        text = (terraform.FOLDER / f"environments/{name}/main.tf").read_text()
        budget = float(re.search(r"monthly_dollars = (\d+)", text)[1])
        assert bill(phase).total < budget <= 50_000


# -- what is printed -------------------------------------------------------------------------------------------


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("cost_estimate", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_tables_markdown_and_json(tmp_path):
    assert "Beside the documents" in said() and "S0's plan: 3,550" in said()
    assert "| **total** |" in said("--markdown") and "Why they differ" in said("--markdown")
    found = json.loads(said("--json", "--plot", str(tmp_path / "cost.svg")))
    assert found["phase3"]["total"] == pytest.approx(bill(PHASES["phase3"]).total, abs=0.01)
    assert sum(line["usd"] for line in found["phase1"]["lines"]) == pytest.approx(found["phase1"]["total"], abs=0.05)
    assert (tmp_path / "cost.svg").read_text() == plot.costs()


def test_the_page_and_the_plot_in_docs_are_todays():
    assert (DOCS / "cost.svg").read_text() == plot.costs()
    assert report.markdown() in (DOCS / "cost.md").read_text()
