"""The lake: clicks and purchases as Parquet in S3. Listens, and is never called by a sale."""
