"""DynamoDB: dynoxide, one static binary over one SQLite file, brought by npm under a lock."""

import hashlib
import platform
import shutil
from pathlib import Path

import boto3
from botocore.config import Config

from deploy.local.engines import npm
from deploy.local.engines.base import REGION, Engine, EngineMissing, Progress
from deploy.local.state import TOOLS

LOCK_FOLDER = Path(__file__).resolve().parents[1]


class Dynoxide(Engine):
    """The npm package ``@dynoxide/<os>-<cpu>``."""

    name = "dynoxide"

    @property
    def _data(self) -> Path:
        return self.state.folder / "dynoxide"

    def prepare(self, progress: Progress) -> None:
        self._data.mkdir(exist_ok=True)
        if not _binary().exists():
            progress("fetching dynoxide with npm")
            install()

    def command(self) -> list[str]:
        address = ["--host", "127.0.0.1", "--port", str(self.port)]
        return [str(_binary()), "serve", *address, "--db-path", str(self._data / "catalog.sqlite")]

    def probe(self) -> None:
        client = boto3.client(
            "dynamodb",
            endpoint_url=self._endpoint,
            region_name=REGION,
            aws_access_key_id=self.state.secret("aws_access_key_id"),
            aws_secret_access_key=self.state.secret("aws_secret_access_key"),
            config=Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}),
        )
        client.list_tables(Limit=1)

    @property
    def _endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def exports(self) -> dict[str, str]:
        # A page of a part costs this engine a sort of the whole table, 1.5 s at a million products; unparted 0.3 s.
        return {"AWS_ENDPOINT_URL_DYNAMODB": self._endpoint, "DYNAMODB_SCAN_SEGMENTS": "1"}


def _platform() -> str:
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system(), platform.system().lower())
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine())
    return f"{system}-{machine}"


def _home() -> Path:
    # One folder a lock: another version is fetched beside the one that may still be running.
    lock = (LOCK_FOLDER / "package-lock.json").read_bytes()
    return TOOLS / f"npm-{hashlib.sha256(lock).hexdigest()[:12]}"


def _binary() -> Path:
    return _home() / "node_modules" / "@dynoxide" / _platform() / "dynoxide"


def install() -> None:
    """Fetch the binary as the lock says, whole or not at all; safe when two commands do it at once."""
    if _binary().exists():
        return
    home = npm.install(LOCK_FOLDER, into=TOOLS)
    binary = home / _binary().relative_to(_home())
    if not binary.exists():
        shutil.rmtree(home)
        raise EngineMissing(
            f"npm has no dynoxide for {_platform()}. Use `docker compose up`, which takes Amazon's own DynamoDB Local."
        )
    try:
        home.rename(_home())
    except OSError:
        shutil.rmtree(home)
