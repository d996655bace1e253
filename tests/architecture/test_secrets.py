"""No secret is in the repository: neither by the look of what providers issue, nor as a value beside such a name."""

import re
import subprocess

import pytest

from deploy.local.state import REPOSITORY

LOOKS = {
    "an AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\n[A-Za-z0-9+/=\s]{64,}",
    "a Stripe key": r"\b[sr]k_live_[0-9A-Za-z]{16,}",
    "a Stripe webhook secret": r"\bwhsec_[0-9A-Za-z]{24,}",
    "a GitHub token": r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{60,})",
    "a Slack token": r"\bxox[abprs]-[0-9A-Za-z-]{20,}",
    "a signed token": r"\beyJ[0-9A-Za-z_-]{20,}\.eyJ[0-9A-Za-z_-]{20,}\.[0-9A-Za-z_-]{20,}",
    "a password in an address": r"\b(?:postgres(?:ql)?|rediss?|amqps?|smtps?)://[^][/\s:@'\"{}$<>]*:[^][@/\s'\"{}$<>]{8,}@",
    "a long random value": (
        r"(?i)(?:secret|token|password|api_?key)\w*['\"]?\s*[:=]\s*['\"]"
        r"(?=[^'\"]*\d)(?=[^'\"]*[A-Za-z])[0-9A-Za-z+/_-]{32,}={0,2}['\"]"
    ),
}
# Made up where they stand, and good for nothing.
HARMLESS = re.compile(
    r"for-checks-that-touch-no-store|0123456789|abcdef|EXAMPLE|made-up"
    r"|(?:user|shopcloud):(?:password|shopcloud)@|B-fYk0oynsxuvES"
)
BINARY = {".webp", ".png", ".jpg", ".glb", ".mo", ".woff2", ".ico", ".pdf", ".xlsx", ".zip", ".wasm", ".avif"}


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=30
    )
    return [name for name in listed.stdout.split("\0") if name and not any(name.endswith(end) for end in BINARY)]


def secrets_in(text: str) -> list[str]:
    hits = [(what, hit) for what, look in LOOKS.items() for hit in re.finditer(look, text)]
    return [f"{what}: {hit.group()[:24]}..." for what, hit in hits if not HARMLESS.search(hit.group())]


def test_no_file_of_the_repository_holds_a_secret():
    found = []
    for name in tracked():
        path = REPOSITORY / name
        if path.is_file():
            found += [f"{name}: {hit}" for hit in secrets_in(path.read_text(errors="replace"))]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "QWERTZUIOPASDFGH",
        "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEA" * 6,
        "sk_" + "live_51HqLyjWDarjtT1zdp7dc",
        "ghp_" + "n" * 36,
        'API_KEY = "' + "9f86d081884c7d659a2feaa0c55ad015" + '"',
        "postgresql://shop:" + "hunter2hunter2@db.shop.internal/shop",
    ],
)
def test_what_providers_issue_would_be_found(text):
    assert secrets_in(text)
