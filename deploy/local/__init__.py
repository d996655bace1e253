"""The one command: the shop's real engines and processes on one machine, from a state folder that survives anything.

Everything lives under one state folder (``SHOPCLOUD_VAR``, by default ``var/`` in the clone): data, logs, chosen
ports and generated secrets. Two state folders run side by side. Nothing here imports the Django project.
"""
