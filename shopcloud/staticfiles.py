"""Static files under names that carry their content's hash, so that browsers may keep them for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

_IMPORT = (
    r"""(?P<matched>import(?P<import>\s+\{[^}]*\})\s+from\s+["'](?P<url>\./[^"']+)["'];)""",
    """import%(import)s from "%(url)s";""",
)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    # Our own scripts import each other: left as written, an old module could meet a new one for a day.
    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", (_IMPORT,)))
