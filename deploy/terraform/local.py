"""Apply an environment to an emulated account on this machine: `python -m deploy.terraform.local [phase1]`.

It applies a copy, twice: the second time there must be nothing left to do. Where terraform (or tofu), its providers or
the emulator are not to be had it says what is missing and ends well, since none of that comes from where the shop's
own packages come from.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3

from deploy.emulator import BINARY, MISSING, emulator, surroundings
from deploy.lambdas import build
from deploy.local.state import REPOSITORY

WORK = REPOSITORY / "var" / "terraform-local"
# Terraform merges an override into what it overrides. The address comes from the environment.
OVERRIDE = """terraform {
  backend "local" {}
}

provider "aws" {
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
}
"""
NO_REGISTRY = ("Failed to query available provider packages", "Failed to install provider", "no such host")


class Missing(Exception):
    """str() names what is missing."""


def binary() -> str:
    """Raises Missing."""
    found = shutil.which("terraform") or shutil.which("tofu")
    if found is None:
        raise Missing("neither terraform nor tofu is on the PATH")
    if not BINARY.is_file():
        raise Missing(MISSING)
    return found


def copied(environment: str, work: Path = WORK) -> Path:
    """A fresh copy of all that Terraform reads, with a local state; the environment's folder in it."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(REPOSITORY / "deploy" / "terraform", work / "deploy" / "terraform", symlinks=True)
    build.main(work / "var" / "lambdas")
    here = work / "deploy" / "terraform" / "environments" / environment
    (here / "local_override.tf").write_text(OVERRIDE)
    return here


def initialise(terraform: str, here: Path) -> None:
    """Fetch the providers. Raises Missing where their registry does not answer."""
    done = subprocess.run(
        [terraform, "init", "-no-color", "-input=false"], cwd=here, capture_output=True, text=True, check=False
    )
    if done.returncode and any(word in done.stderr for word in NO_REGISTRY):
        raise Missing("the providers hashicorp/aws, random and tls: their registry does not answer from here")
    if done.returncode:
        raise SystemExit(done.stderr)


def variables(address: str) -> dict[str, Any]:
    """What an account has before the first apply (a zone, a certificate), and names for the rest."""
    domain, origin = "shop.example", "origin.shop.example"
    made: dict[str, Any] = {"endpoint_url": address, "region_name": "us-east-1"}
    made |= {"aws_access_key_id": "emulated", "aws_secret_access_key": "emulated"}
    zone = boto3.client("route53", **made).create_hosted_zone(Name=domain, CallerReference="local")
    certificate = boto3.client("acm", **made).request_certificate(DomainName=domain)["CertificateArn"]
    image = f"000000000000.dkr.ecr.us-east-1.amazonaws.com/shopcloud@sha256:{'0' * 64}"
    return {
        "domain": domain,
        "origin_domain": origin,
        "zone_id": zone["HostedZone"]["Id"].rpartition("/")[2],
        "from_email": f"shop@{domain}",
        "alarm_email": f"on-call@{domain}",
        "rotation": "2026-01-01",
        "images": {"us-east-1": image},
        "certificate_arns": {"us-east-1": certificate},
        "email_url": "smtp://mail.example:587",
        "stripe_secret_key": "none",
        "stripe_webhook_secrets": "none",
    }


def apply(terraform: str, here: Path, address: str) -> int:
    """0 where the environment was applied and a second plan changes nothing."""
    (here / "local.auto.tfvars.json").write_text(json.dumps(variables(address)))
    environment = os.environ | surroundings(address)
    for step in (["apply", "-auto-approve"], ["plan", "-detailed-exitcode"]):
        done = subprocess.run([terraform, *step, "-input=false"], cwd=here, env=environment, check=False)
        if done.returncode:
            print(f"terraform {step[0]} ended with {done.returncode}", file=sys.stderr)
            return 1
    return 0


def main(environment: str = "phase1") -> int:
    try:
        terraform = binary()
        here = copied(environment)
        initialise(terraform, here)
    except Missing as missing:
        print(f"Skipped: {missing}. Nothing was applied.")
        return 0
    with emulator(WORK / "ministack.log") as address:
        return apply(terraform, here, address)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
