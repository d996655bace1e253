"""Claims: a new snapshot is offered as one pull request, and as the same one while that is open."""

import os
import subprocess
from pathlib import Path

import pytest

from deploy.advisories.snapshot import FILE

SCRIPT = FILE.parent / "propose.sh"
GH = """#!/bin/sh
echo "$1 $2" >> "$GH_ASKED"
if [ "$1 $2" = "pr list" ] && [ -e "$GH_ASKED.open" ]; then echo 7; fi
if [ "$1 $2" = "pr create" ]; then touch "$GH_ASKED.open"; fi
"""


class Repository:
    """A checkout, the place it is pushed to, and a `gh` that writes down what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.tree, self.remote, self.asked = folder / "tree", folder / "shop/cloud.git", folder / "asked"
        (folder / "bin").mkdir()
        (folder / "bin/gh").write_text(GH)
        (folder / "bin/gh").chmod(0o755)
        self.environment = {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GITHUB_SERVER_URL": folder.as_uri(),
            "GITHUB_REPOSITORY": "shop/cloud",
            "GH_ASKED": str(self.asked),
        }
        subprocess.run(["git", "init", "-q", "--bare", self.remote], check=True)
        subprocess.run(["git", "init", "-q", "-b", "main", self.tree], check=True)
        self.write("2026-11-01")
        self.git("add", ".")
        self.git("-c", "user.name=a", "-c", "user.email=a@example.test", "commit", "-q", "-m", "Start")

    def write(self, until: str) -> None:
        file = self.tree / "deploy/advisories/snapshot.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'{{\n "until": "{until}",\n "advisories": []\n}}\n')

    def git(self, *arguments: str) -> str:
        ran = subprocess.run(
            ["git", *arguments], cwd=self.tree, env=self.environment, check=True, capture_output=True, text=True
        )
        return ran.stdout

    def propose(self) -> list[str]:
        """What `gh` was asked for this time."""
        self.asked.write_text("")
        subprocess.run([SCRIPT], cwd=self.tree, env=self.environment, check=True, capture_output=True)
        return self.asked.read_text().splitlines()

    def offered(self) -> str:
        return self.git("--git-dir", str(self.remote), "log", "--format=%s", "advisories")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_a_snapshot_that_is_as_it_was_is_not_offered(repository: Repository):
    assert repository.propose() == []


def test_a_new_snapshot_becomes_a_pull_request_of_one_commit(repository: Repository):
    repository.write("2026-11-23")
    (repository.tree / "stray").write_text("not for the commit")
    assert repository.propose() == ["auth setup-git", "pr list", "pr create"]
    assert repository.offered().splitlines() == ["Take the advisories of 2026-11-23", "Start"]
    changed = repository.git("--git-dir", str(repository.remote), "show", "--format=", "--name-only", "advisories")
    assert changed.split() == ["deploy/advisories/snapshot.json"]


def test_the_next_week_renews_the_pull_request_that_is_open(repository: Repository):
    repository.write("2026-11-23")
    repository.propose()
    repository.git("checkout", "-q", "main")
    repository.write("2026-11-30")
    assert repository.propose() == ["auth setup-git", "pr list"]
    assert repository.offered().splitlines() == ["Take the advisories of 2026-11-30", "Start"]
