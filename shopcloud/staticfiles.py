"""Static files under names that carry their content's hash, so that browsers may keep them for good."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

_IMPORT = (
    r"""(?P<matched>import(?P<import>\s+\{[^}]*\})\s+from\s+["'](?P<url>\./[^"']+)["'];)""",
    """import%(import)s from "%(url)s";""",
)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    # Our own scripts import each other: left as written, an old module could meet a new one for a day.
    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", (_IMPORT,)))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        # A process's manifest does not change; a page asks for some thirty of its addresses.
        if name not in self._urls:
            self._urls[name] = super().url(name, force)
        return self._urls[name]
