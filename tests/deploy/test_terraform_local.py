"""Claims: `make terraform-local` names what is missing, and asks for every variable that Terraform asks for."""

import re
import subprocess
from pathlib import Path

import pytest

from deploy.terraform import local
from tests.deploy import terraform

NO_REGISTRY = 'Error: Failed to query available provider packages\n\nno such host "registry.terraform.io"'


def script(folder: Path, text: str) -> str:
    path = folder / "terraform"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_without_terraform_nothing_is_applied(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("PATH", "/nowhere")
    assert local.main() == 0
    assert capsys.readouterr().out == "Skipped: neither terraform nor tofu is on the PATH. Nothing was applied.\n"


def test_without_the_emulator_nothing_is_applied(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    script(tmp_path, "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(local, "BINARY", tmp_path / "none")
    assert local.main() == 0
    assert "`make emulator`" in capsys.readouterr().out


def test_without_a_registry_the_providers_are_named(tmp_path: Path):
    with pytest.raises(local.Missing, match="hashicorp/aws, random and tls"):
        local.initialise(script(tmp_path, f"echo '{NO_REGISTRY}' >&2; exit 1"), tmp_path)


def test_a_wrong_file_is_a_failure_and_no_skip(tmp_path: Path):
    with pytest.raises(SystemExit, match="Unsupported argument"):
        local.initialise(script(tmp_path, "echo 'Error: Unsupported argument' >&2; exit 1"), tmp_path)


def test_a_second_plan_that_changes_something_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(local, "variables", lambda address: {})
    steady = script(tmp_path, 'echo "$@" >> said; exit 0')
    assert local.apply(steady, tmp_path, "http://127.0.0.1:1") == 0
    assert (tmp_path / "said").read_text().splitlines() == [
        "apply -auto-approve -input=false",
        "plan -detailed-exitcode -input=false",
    ]
    assert local.apply(script(tmp_path, '[ "$1" = apply ] || exit 2'), tmp_path, "http://127.0.0.1:1") == 1


def test_the_copy_has_all_that_terraform_reads_and_a_state_of_its_own(tmp_path: Path):
    here = local.copied("phase2", tmp_path / "work")
    backends = [re.findall(r'backend "(\w+)"', path.read_text()) for path in sorted(here.glob("*.tf"))]
    assert [one for found in backends for one in found] == ["s3", "local"]
    assert {path.name for path in here.glob("*.tf") if path.is_symlink()} >= {"account.tf", "versions.tf"}
    packages = (here / "../../modules/functions/../../../../var/lambdas").resolve()
    assert {path.stem for path in packages.glob("*.zip")} == {*local.build.FUNCTIONS, "canary"}


def test_every_variable_without_a_default_is_given(monkeypatch: pytest.MonkeyPatch):
    class Account:
        def create_hosted_zone(self, **_):
            return {"HostedZone": {"Id": "/hostedzone/Z1"}}

        def request_certificate(self, **_):
            return {"CertificateArn": "arn"}

    monkeypatch.setattr(local.boto3, "client", lambda *_, **__: Account())
    tree = terraform.parse((terraform.FOLDER / "environments/phase1/variables.tf").read_text())
    declared = {name: body for one in tree["variable"] for name, body in one.items()}
    given = local.variables("http://127.0.0.1:1")
    assert set(given) == {name for name, body in declared.items() if "default" not in body}
    assert given["zone_id"] == "Z1"


def test_make_knows_it():
    done = subprocess.run(
        ["make", "-n", "terraform-local"], cwd=terraform.ROOT, capture_output=True, text=True, check=True
    )
    assert "-m deploy.terraform.local" in done.stdout and "ministack" in done.stdout
