"""Claims: a release migrates first and goes service by service; whatever fails leaves the shop as it was."""

import pytest

from deploy import release
from deploy.observability.canary import Step
from tests.deploy import terraform
from tests.deploy.ecs import NEW, OLD, Ecs

WELL = [Step("home", 0.1)]
ILL = [Step("home", 0.1), Step("search", 0.2, "Answered 500.")]


@pytest.fixture
def ecs() -> Ecs:
    return Ecs(*release.SERVICES)


def region(ecs: Ecs) -> release.Region:
    return release.Region(ecs.client, "shopcloud", release.Patience(seconds=0, times=2))


def out(ecs: Ecs, *visits: list[Step], migrates: bool = True) -> None:
    waiting = list(visits)
    release.release(region(ecs), NEW, migrates=migrates, visit=lambda: waiting.pop(0))


def test_the_migrations_come_first_then_one_service_after_the_other(ecs: Ecs):
    out(ecs, WELL)
    assert ecs.said == [(name, NEW) for name in ("migrate", "web", "realtime", "worker", "search", "beat")]
    assert set(ecs.running().values()) == {NEW}


def test_the_services_are_the_ones_that_terraform_runs():
    tree = terraform.module("compute")
    assert set(release.SERVICES) == set(terraform.local(tree, "processes")) - {release.MIGRATION, release.ON_CALL}
    family = terraform.resources(tree, "aws_ecs_task_definition")["process"]["family"]
    assert family == "${var.name}-${each.key}"
    service = terraform.resources(tree, "aws_ecs_service")["process"]
    assert service["name"] == "${each.key}"
    assert "task_definition" in str(service["lifecycle"][0]["ignore_changes"])


def test_a_release_keeps_what_terraform_changed_and_changes_the_image_alone(ecs: Ecs):
    changed = ecs.definitions[ecs.terraform("web")]
    out(ecs, WELL)
    rolled = ecs.definitions[ecs.services["web"]]
    environment = [one["environment"] for one in (rolled, changed) for one in one["containerDefinitions"]]
    assert environment[0] == environment[1] and {"name": "NEW", "value": "1"} in environment[0]
    assert (rolled["cpu"], rolled["tags"]) == (changed["cpu"], [{"key": "Project", "value": "shopcloud"}])


def test_what_others_start_is_of_the_release_that_is_out(ecs: Ecs):
    def image_of_the_newest() -> str:
        return [one for one in ecs.definitions.values() if one["family"] == "shopcloud-login"][-1][
            "containerDefinitions"
        ][0]["image"]

    with pytest.raises(release.ReleaseFailed):
        out(ecs, ILL, ILL, ILL)
    assert image_of_the_newest() == OLD
    out(ecs, WELL)
    assert image_of_the_newest() == NEW


def test_where_the_migrations_fail_no_service_is_touched(ecs: Ecs):
    ecs.exit_code = 1
    with pytest.raises(release.ReleaseFailed, match=r"migrate: ended with \[1\]"):
        out(ecs)
    assert ecs.said == [("migrate", NEW)]
    assert set(ecs.running().values()) == {OLD}


def test_a_service_that_ecs_took_back_by_itself_takes_the_others_back(ecs: Ecs):
    """ECS calls that stable: without a second look the release would be called out."""
    ecs.sick = {"worker"}
    with pytest.raises(release.ReleaseFailed, match="worker: its new tasks did not become healthy"):
        out(ecs)
    assert ecs.said[-3:] == [("worker", OLD), ("realtime", OLD), ("web", OLD)]
    assert set(ecs.running().values()) == {OLD}
    assert not [said for said in ecs.said if said[0] in {"search", "beat"}]


def test_a_service_that_never_becomes_stable_is_taken_back(ecs: Ecs):
    ecs.stuck = {"realtime"}
    with pytest.raises(release.ReleaseFailed, match="Max attempts exceeded"):
        out(ecs)
    assert set(ecs.running().values()) == {OLD}


def test_a_shop_that_a_shopper_cannot_use_is_taken_back(ecs: Ecs):
    with pytest.raises(release.ReleaseFailed, match=r"search: Answered 500\."):
        out(ecs, ILL, ILL, ILL)
    assert [name for name, image in ecs.said if image == OLD] == ["beat", "search", "worker", "realtime", "web"]
    assert set(ecs.running().values()) == {OLD}


def test_one_slow_visit_to_fresh_tasks_is_no_failure(ecs: Ecs):
    out(ecs, ILL, WELL)
    assert set(ecs.running().values()) == {NEW}


def test_what_cannot_be_taken_back_is_told_and_does_not_keep_the_others(ecs: Ecs):
    ecs.stuck = {"worker"}
    keep = ecs.UpdateService

    def refused(cluster: str, service: str, taskDefinition: str):
        if service == "worker" and ecs.image(taskDefinition) == OLD:
            ecs.sick, ecs.services["worker"] = {"worker"}, ecs.services["worker"]
            return {"service": ecs._told(service)}
        return keep(cluster, service, taskDefinition)

    ecs.UpdateService = refused  # type: ignore[method-assign]
    with pytest.raises(release.ReleaseFailed, match="worker could not be taken back"):
        out(ecs)
    assert ecs.running() == dict.fromkeys(release.SERVICES, OLD) | {"worker": NEW}


def test_other_regions_do_not_migrate(ecs: Ecs):
    out(ecs, WELL, migrates=False)
    assert "migrate" not in dict(ecs.said)


def test_a_tag_is_no_image(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        release.main(["registry/shopcloud:latest", "--cluster", "shopcloud", "--shop", "https://shop.example"])
    assert "named by its digest" in capsys.readouterr().err
