"""The lake: clicks and purchases as Parquet in S3. Listens, and is never called by a sale.

Beside it, of visitors who agreed: the last few products they looked at, in Redis.
"""
