"""The settings of what the processes tell of themselves."""

from shopcloud import env

# Set by whoever starts several processes of one service (deploy/metrics_folder.py).
METRICS_FOLDER = env.text("PROMETHEUS_MULTIPROC_DIR", "")
# Where a worker answers `/metrics`; 0: nowhere.
METRICS_PORT = env.integer("METRICS_PORT", 0)
# Where traces are sent, as OTLP over HTTP; empty: nowhere. The SDK reads it, and its other variables, by itself.
TRACING = bool(env.text("OTEL_EXPORTER_OTLP_ENDPOINT", ""))
