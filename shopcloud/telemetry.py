"""The settings of what the processes tell of themselves."""

from shopcloud import env

# Set by whoever starts several processes of one service (deploy/metrics_folder.py).
METRICS_FOLDER = env.text("PROMETHEUS_MULTIPROC_DIR", "")
# Where a worker answers `/metrics`; 0: nowhere.
METRICS_PORT = env.integer("METRICS_PORT", 0)
