"""The four engines, in the order they start. Each file knows one engine's binary, flags, probe and exports."""

from deploy.local.engines.base import Engine
from deploy.local.engines.dynoxide import Dynoxide
from deploy.local.engines.postgres import Postgres
from deploy.local.engines.s3 import S3
from deploy.local.engines.valkey import Valkey

ENGINES: tuple[type[Engine], ...] = (Postgres, Valkey, Dynoxide, S3)
