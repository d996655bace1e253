"""Which pinned packages have a known hole: the tree's dated snapshot of public advisories, compared offline.

`python -m deploy.advisories check` compares, `python -m deploy.advisories refresh` takes a new snapshot from OSV.
"""
