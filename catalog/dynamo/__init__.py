"""The only code that speaks DynamoDB: tables, items, calls and their failures. It takes any client with boto3's
low-level interface, so that DAX's client can stand in for reads.
"""
