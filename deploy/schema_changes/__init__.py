"""Whether a migration may run while the release before it serves (decision 24). Reads operations, asks no store."""
