"""A plan as a comment that can be read: `python -m deploy.terraform.plan_comment phase1 < plan.txt > comment.md`.

What is lost stands first, whatever the length of the rest: a plan that destroys or replaces a store is wrong.
"""

import re
import sys

# GitHub takes 65,536 characters; the headings want some of them.
MOST = 60_000
_LOST = re.compile(r"^  # (\S+) (?:will be destroyed|must be replaced)", re.MULTILINE)
_SUM = re.compile(r"^(?:Plan: .*|No changes\..*)$", re.MULTILINE)


def comment(environment: str, plan: str) -> str:
    found = _SUM.search(plan)
    lines = [f"### {environment}: {found[0] if found else 'the plan has no sum; read it whole'}", ""]
    lost = _LOST.findall(plan)
    if lost:
        lines += ["**Destroyed or replaced:**", "", *(f"- `{name}`" for name in lost), ""]
    shown = plan if len(plan) <= MOST else plan[:MOST] + "\n... cut here; the run's own log has the rest.\n"
    # A text of the plan could end the block with a fence of its own.
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", shown))])
    return "\n".join(
        [*lines, "<details><summary>Plan</summary>", "", fence, shown.strip(), fence, "", "</details>", ""]
    )


if __name__ == "__main__":
    sys.stdout.write(comment(sys.argv[1], sys.stdin.read()))
