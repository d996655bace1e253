"""A secret in the middle of its rotation, as Secrets Manager keeps it: what holds, and what is to hold."""

from typing import Any


class NotRotating(Exception):
    """The call names a secret or a version of which no rotation is on; str() says why."""


class Secret:
    """One secret and the version that is on its way. Raises NotRotating."""

    def __init__(self, manager: Any, arn: str, token: str) -> None:
        self.manager, self.arn, self.token = manager, arn, token
        told = manager.describe_secret(SecretId=arn)
        self.stages: dict[str, list[str]] = told.get("VersionIdsToStages", {})
        if not told.get("RotationEnabled"):
            raise NotRotating("The secret is not meant to be rotated.")
        if not self.holds and "AWSPENDING" not in self.stages.get(token, ()):
            raise NotRotating("This version is not on its way.")

    @property
    def holds(self) -> bool:
        """Whether the new version is the one that holds: a step that comes again finds it so."""
        return "AWSCURRENT" in self.stages.get(self.token, ())

    def current(self) -> str:
        return self._value(VersionStage="AWSCURRENT")

    def pending(self) -> str:
        return self._value(VersionId=self.token)

    def _value(self, **which: str) -> str:
        value: str = self.manager.get_secret_value(SecretId=self.arn, **which)["SecretString"]
        return value

    def has_pending(self) -> bool:
        try:
            self.pending()
        except self.manager.exceptions.ResourceNotFoundException:
            return False
        return True

    def keep(self, value: str) -> None:
        self.manager.put_secret_value(
            SecretId=self.arn, ClientRequestToken=self.token, SecretString=value, VersionStages=["AWSPENDING"]
        )

    def promote(self) -> None:
        before = next(version for version, stages in self.stages.items() if "AWSCURRENT" in stages)
        self.manager.update_secret_version_stage(
            SecretId=self.arn, VersionStage="AWSCURRENT", MoveToVersionId=self.token, RemoveFromVersionId=before
        )
