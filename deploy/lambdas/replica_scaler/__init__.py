"""Adds and removes read replicas of the orders by their lag and load."""
