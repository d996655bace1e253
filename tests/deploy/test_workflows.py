"""Claims: what runs at GitHub may do little, runs what was read, and names what stands in Terraform and in the code."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.terraform import plan_comment
from tests.deploy import terraform

ROOT = terraform.ROOT
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
ENVIRONMENTS = sorted(path.name for path in (terraform.FOLDER / "environments").iterdir())
USES = re.compile(r"uses: (\S+?)(?:@(\S+))?(?: # (\S+))?$", re.MULTILINE)


def parsed(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())
    # YAML 1.1 reads the word `on` as true.
    return read | {"on": read[True]}  # type: ignore[index]


WORKFLOWS = {path.stem: parsed(path.stem) for path in FILES}
JOBS = {f"{flow}.{name}": job for flow, read in WORKFLOWS.items() for name, job in read["jobs"].items()}
STEPS = [(name, step) for name, job in JOBS.items() for step in job.get("steps", ())]


def steps_of(job: dict[str, Any], action: str) -> list[dict[str, Any]]:
    return [step for step in job.get("steps", ()) if step.get("uses", "").startswith(f"{action}@")]


def test_there_is_a_workflow_for_each_step_of_a_release_and_one_for_each_week():
    assert set(WORKFLOWS) == {"check", "build", "plan", "apply", "deploy", "advisories"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_action_is_pinned_to_a_commit_and_says_which_version_that_is(path: Path):
    used = [one for one in USES.findall(path.read_text()) if not one[0].startswith("./")]
    assert used
    assert [one for one in used if not re.fullmatch(r"[0-9a-f]{40}", one[1])] == []
    assert [one for one in used if not re.fullmatch(r"v\d+\.\d+\.\d+", one[2])] == []


def test_an_action_has_one_version_everywhere():
    used = {one for path in FILES for one in USES.findall(path.read_text()) if one[1]}
    assert len(used) == len({name for name, _, _ in used}) >= 10


def test_a_workflow_may_nothing_and_each_job_says_what_it_needs():
    for read in WORKFLOWS.values():
        assert read["permissions"] == {}
        assert read["concurrency"]["group"]
    assert [name for name, job in JOBS.items() if not isinstance(job.get("permissions"), dict)] == []
    written = {(name, what) for name, job in JOBS.items() for what, how in job["permissions"].items() if how == "write"}
    assert written == {
        ("build.image", "id-token"),
        ("build.image", "attestations"),
        ("plan.plan", "id-token"),
        ("plan.plan", "pull-requests"),
        ("apply.plan", "id-token"),
        ("apply.apply", "id-token"),
        ("deploy.release", "id-token"),
        ("advisories.propose", "contents"),
        ("advisories.propose", "pull-requests"),
    }


def test_every_job_ends():
    assert [
        name for name, job in JOBS.items() if "uses" not in job and not 0 < job.get("timeout-minutes", 0) < 360
    ] == []


def test_what_changes_something_is_never_cut_off_by_the_next():
    for name in ("build", "apply", "deploy", "advisories"):
        assert WORKFLOWS[name]["concurrency"]["cancel-in-progress"] is False


def test_aws_is_entered_by_a_role_of_an_environment_and_with_no_key():
    for name, job in JOBS.items():
        entered = steps_of(job, "aws-actions/configure-aws-credentials")
        assert bool(entered) is ("id-token" in job["permissions"]), name
        if entered:
            assert job["environment"]
            assert entered[0]["with"]["role-to-assume"].startswith("${{ vars.")
    text = "\n".join(path.read_text() for path in FILES)
    assert not re.search(r"access-key|AKIA|secret-access|sk_live|password:", text)


def test_a_secret_is_handed_to_one_step_by_its_name():
    """Never to a whole job, whose other actions would see it too, and never written into a command."""
    for name, job in JOBS.items():
        around = {key: value for key, value in job.items() if key != "steps"}
        assert "secrets." not in json.dumps(around), name
    for name, step in STEPS:
        rest = {key: value for key, value in step.items() if key != "env"}
        assert "secrets." not in json.dumps(rest), name


def test_no_command_is_put_together_from_what_others_wrote():
    """An input or a branch's name reaches a command as a variable; `matrix` is ours."""
    for name, step in STEPS:
        pasted = re.findall(r"\$\{\{\s*([\w.]+)", step.get("run", ""))
        assert [one for one in pasted if not one.startswith("matrix.")] == [], name


def test_strangers_code_never_runs_with_our_rights():
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & {
        event for read in WORKFLOWS.values() for event in read["on"]
    }
    plan = JOBS["plan.plan"]
    assert plan["if"] == "github.event.pull_request.head.repo.full_name == github.repository"
    for _, step in STEPS:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_what_may_write_runs_no_package_and_takes_only_the_snapshot():
    audit, propose = JOBS["advisories.audit"], JOBS["advisories.propose"]
    assert audit["permissions"] == {"contents": "read"} and propose["needs"] == "audit"
    assert [step["run"] for step in audit["steps"] if "run" in step] == ["make audit"]
    assert [step["run"] for step in propose["steps"] if "run" in step] == ["deploy/advisories/propose.sh"]
    taken = steps_of(propose, "actions/download-artifact")[0]["with"]
    given = steps_of(audit, "actions/upload-artifact")[0]["with"]
    assert taken["name"] == given["name"]
    assert given["path"] == f"{taken['path']}/snapshot.json" == "deploy/advisories/snapshot.json"
    # Also after a hole was found: `make audit` is red then, and the snapshot that says why is offered all the same.
    assert propose["if"] == steps_of(audit, "actions/upload-artifact")[0]["if"] == "${{ !cancelled() }}"


# -- what they name stands ----------------------------------------------------------------------------------------


def test_the_shop_is_checked_on_its_oldest_python_and_on_the_one_that_runs_it():
    floor = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text())[1]
    runs = re.search(r"FROM python:([\d.]+)-slim", (ROOT / "deploy/docker/Dockerfile").read_text())[1]
    job = JOBS["check.check"]
    assert job["strategy"]["matrix"]["python"] == [floor, runs]
    assert job["steps"][-1]["run"] == ".ci/run"
    assert set(WORKFLOWS["check"]["on"]) == {"push", "pull_request", "workflow_call"}


def test_an_image_is_pushed_only_when_it_is_checked_and_scanned():
    job = JOBS["build.image"]
    assert job["needs"] == "check" and JOBS["build.check"]["uses"] == "./.github/workflows/check.yml"
    names = [step.get("name", step.get("uses", "").partition("@")[0]) for step in job["steps"]]
    assert names.index("Build") < names.index("Scan") < names.index("Push")
    built, pushed = steps_of(job, "docker/build-push-action")
    scan = steps_of(job, "anchore/scan-action")[0]["with"]
    assert scan["image"] == built["with"]["tags"] and "push" not in built["with"]
    assert (scan["fail-build"], scan["severity-cutoff"]) == (True, "high")
    assert (pushed["with"]["sbom"], pushed["with"]["provenance"]) == (True, "mode=max")
    same = ("context", "file", "platforms")
    assert [built["with"][key] for key in same] == [pushed["with"][key] for key in same]


def test_environments_regions_and_names_are_those_of_terraform():
    for name in ("apply", "deploy"):
        assert WORKFLOWS[name]["on"]["workflow_dispatch"]["inputs"]["environment"]["options"] == ENVIRONMENTS
    assert JOBS["check.terraform"]["strategy"]["matrix"]["environment"] == ENVIRONMENTS
    live = JOBS["plan.plan"]["strategy"]["matrix"]["environment"]
    assert json.loads(re.search(r"'(\[.*?\])'", live)[1]) == ENVIRONMENTS[:1]
    many, one = re.findall(r"'(\[.*?\])'", JOBS["deploy.release"]["strategy"]["matrix"]["region"])
    read = {name: _text(name) for name in ENVIRONMENTS}
    regions = {name: set(re.findall(r'^  region = "([\w-]+)"$', text, re.MULTILINE)) for name, text in read.items()}
    assert regions == {"phase1": set(json.loads(one)), "phase2": set(json.loads(one)), "phase3": set(json.loads(many))}
    assert json.loads(many)[0] == json.loads(one)[0] == "us-east-1"
    text = (ROOT / ".github/workflows/deploy.yml").read_text()
    for environment in ENVIRONMENTS:
        name = re.search(r'^  name = "([\w-]+)"$', read[environment], re.MULTILINE)[1]
        assert f"--cluster {name} " in text and f"/{name}@" in text


def _text(environment: str) -> str:
    folder = terraform.FOLDER / "environments" / environment
    return "\n".join(path.read_text() for path in sorted(folder.glob("*.tf")))


def test_a_role_is_lent_where_its_job_runs():
    """The trust names environments at GitHub, and a job's environment is what its token says."""
    lent = terraform.local(terraform.module("delivery"), "lent_to")
    hours = terraform.local(terraform.module("delivery"), "hours")
    asked = {"build.image": "build", "plan.plan": "plan", "apply.plan": "plan", "apply.apply": "apply"}
    asked |= {"deploy.release": "release"}
    for name, role in asked.items():
        entered = steps_of(JOBS[name], "aws-actions/configure-aws-credentials")[0]["with"]
        assert entered["role-to-assume"] == f"${{{{ vars.{role.upper()}_ROLE_ARN }}}}"
        runs_in = re.sub(r"\$\{\{ (?:matrix|inputs)\.environment \}\}", "${var.environment}", JOBS[name]["environment"])
        assert runs_in == lent[role]
        assert int(entered.get("role-duration-seconds", 3600)) <= hours[role] * 3600


def test_one_region_is_released_at_a_time_and_the_first_alone_migrates():
    job = JOBS["deploy.release"]
    assert (job["strategy"]["max-parallel"], job["strategy"]["fail-fast"]) == (1, True)
    asked = job["steps"][-1]["env"]["MIGRATIONS"]
    assert asked == "${{ strategy.job-index == 0 && '--migrations' || '--no-migrations' }}"


@pytest.mark.parametrize("job", ["plan.plan", "apply.plan"])
def test_a_plan_gets_every_secret_that_terraform_asks_for_and_no_other(job: str):
    given = {
        name.removeprefix("TF_VAR_")
        for step in JOBS[job]["steps"]
        for name in step.get("env", ())
        if name.startswith("TF_VAR_")
    }
    for environment in ENVIRONMENTS:
        tree = terraform.parse(_text(environment))
        declared = {name: body for one in tree["variable"] for name, body in one.items()}
        assert given == {name for name, body in declared.items() if body.get("sensitive")}


def test_what_is_applied_is_the_plan_that_was_approved():
    job = JOBS["apply.apply"]
    assert job["needs"] == "plan" and job["environment"] == "${{ inputs.environment }}"
    kept, applied = JOBS["apply.plan"]["steps"][-1]["run"], job["steps"][-1]["run"]
    place = '"s3://$STATES_BUCKET/plans/$ENVIRONMENT/$GITHUB_RUN_ID.tfplan"'
    assert place in kept and place in applied
    assert 'apply "$PWD/approved.tfplan"' in applied and "-auto-approve" not in applied


def test_terraform_is_one_version_that_the_files_take():
    versions = {
        step["with"]["terraform_version"]
        for _, step in STEPS
        if step.get("uses", "").startswith("hashicorp/setup-terraform@")
    }
    assert len(versions) == 1
    wanted = set(re.findall(r'required_version = ">= ([\d.]+)"', "".join(p.read_text() for p in terraform.files())))
    given = tuple(map(int, versions.pop().split(".")))
    assert all(given >= tuple(map(int, version.split("."))) for version in wanted)


def test_the_scripts_targets_and_modules_that_are_called_exist():
    run = "\n".join(step.get("run", "") for _, step in STEPS)
    scripts = set(re.findall(r"(?<![\w/.])((?:\.ci|deploy)/[\w/.-]+)", run)) - {
        "deploy/terraform",
        "deploy/terraform/environments/",
    }
    assert {".ci/run", "deploy/terraform/plan.sh"} <= scripts
    assert [path for path in scripts if not (ROOT / path).is_file() or not (ROOT / path).stat().st_mode & 0o100] == []
    targets = set(re.findall(r"\bmake ([a-z-]+)", run))
    assert targets == {"audit", "checkov", "runtime", "test-aws"}
    assert targets <= set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    modules = set(re.findall(r"python3? -m (deploy[\w.]+)", run))
    assert modules == {"deploy.lambdas.build", "deploy.terraform.plan_comment", "deploy.release"}
    assert [name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").is_file()] == []


def test_actionlint_finds_nothing():
    lint = shutil.which("actionlint")
    if lint is None:
        pytest.skip("actionlint is not installed: go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12")
    done = subprocess.run([lint, *map(str, FILES)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


# -- what a pull request is told ----------------------------------------------------------------------------------

PLAN = """Terraform will perform the following actions:

  # module.us.module.orders[0].aws_db_instance.orders must be replaced
-/+ resource "aws_db_instance" "orders" {
    }

  # module.us.aws_sqs_queue.old will be destroyed
  - resource "aws_sqs_queue" "old" {

  # module.us.aws_sqs_queue.new will be created

Plan: 2 to add, 0 to change, 2 to destroy.
"""


def test_a_plan_says_first_what_is_lost():
    head = plan_comment.comment("phase1", PLAN).partition("<details>")[0]
    assert head.startswith("### phase1: Plan: 2 to add, 0 to change, 2 to destroy.")
    assert re.findall(r"- `(.*)`", head) == [
        "module.us.module.orders[0].aws_db_instance.orders",
        "module.us.aws_sqs_queue.old",
    ]


def test_a_plan_of_any_length_fits_and_cannot_break_out_of_its_block():
    long = plan_comment.comment("phase1", PLAN + "````\n" + "x" * 100_000)
    assert len(long) < 65_536 and "Destroyed or replaced" in long
    assert long.count("\n`````\n") == 2


def test_a_plan_without_changes_says_so():
    assert plan_comment.comment("phase2", "No changes. All is as written.\n").startswith("### phase2: No changes.")
