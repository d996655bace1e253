"""Claims: whoever may do something in AWS may do named things to named resources; the few exceptions stand here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.deploy import terraform

# These actions of AWS take no resource.
NAMELESS = {"s3:ListAllMyBuckets", "sqs:ListQueues", "ecr:GetAuthorizationToken", "cloudwatch:GetMetricData"}
NAMELESS |= {"cloudwatch:PutMetricData", "ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"}
# AWS's own roles for AWS's own services, whose needs change with the service.
SERVICE_ROLES = {
    "AmazonRDSEnhancedMonitoringRole": "writes to one log group that is not ours to name",
    "AWS_ConfigRole": "reads the settings of whatever there is, which is its task",
    "AWSBackupServiceRolePolicyForBackup": "copies what the plan selects, by tags of its own",
    "AWSBackupServiceRolePolicyForRestores": "makes anew what a person chooses to restore",
}
# Of the workflows at GitHub, each lent to the jobs of one environment there.
WORKFLOW_ROLES = {
    "ReadOnlyAccess": "plans: compares all settings with Terraform's; what buyers left is denied to it",
    "AdministratorAccess": "applies: Terraform makes roles, so it may do anything; a person approves each apply",
}
# A name that is nothing but a star, in an ARN: everything of a kind.
EVERYTHING = re.compile(r'"arn:aws:[a-z0-9-]+:[^"]*:(?:[a-z-]+[:/])?\*"')


@dataclass(frozen=True)
class Statement:
    """One statement of a policy as it is written."""

    where: str
    text: str

    @property
    def allows(self) -> bool:
        return re.search(r'Effect\s*=\s*"Allow"', self.text) is not None

    @property
    def resource(self) -> str:
        """What follows `Resource =`, up to the next argument or the end."""
        found = re.search(
            r"\bResource\s*=\s*(.*?)(?=,?\s*\b(?:Condition|Principal|Effect|Sid)\b\s*=|\Z)", self.text, re.DOTALL
        )
        return found[1].strip(" \n,}") if found else ""

    @property
    def action(self) -> str:
        return re.search(r"\bAction\s*=\s*(\[.*?\]|\"[^\"]*\")", self.text, re.DOTALL)[1]


def statements(text: str, where: str = "") -> Iterator[Statement]:
    """Every innermost `{ ... }` that has an Effect."""
    for start in (found.start() for found in re.finditer(r"\bEffect\s*=", text)):
        opening = _opening(text, start)
        depth, end = 0, opening
        for end in range(opening, len(text)):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            if depth == 0:
                break
        yield Statement(where, text[opening + 1 : end])


def _opening(text: str, position: int) -> int:
    depth = 0
    for at in range(position, -1, -1):
        depth += {"}": 1, "{": -1}.get(text[at], 0)
        if depth < 0:
            return at
    raise AssertionError("an Effect outside of braces")


def faults(text: str, where: str = "") -> list[str]:
    found = []
    for one in statements(re.sub(r"#.*", "", text), where):
        # A key's own policy: there "*" is the key that it is written on.
        of_key = where == "security"
        if not one.allows or of_key:
            continue
        actions = terraform.actions(one.action)
        if "*" in one.action:
            found.append(f"{where}: {one.action} names no action")
        if re.fullmatch(r'\[?\s*"\*"\s*,?\s*\]?', one.resource) and not actions <= NAMELESS:
            found.append(f"{where}: {one.action} on everything")
        if EVERYTHING.search(one.resource):
            found.append(f"{where}: {one.resource} is everything of a kind")
        if re.search(r'Principal\s*=\s*(?:"\*"|\{[^}]*"\*")', one.text):
            found.append(f"{where}: {one.action} for everybody")
    return found


MODULES = sorted(path.parent.name for path in (terraform.FOLDER / "modules").glob("*/main.tf"))


def text_of(module: str) -> str:
    return "\n".join(path.read_text() for path in sorted((terraform.FOLDER / "modules" / module).glob("*.tf")))


@pytest.mark.parametrize("module", MODULES)
def test_a_policy_names_what_it_allows_and_on_what(module):
    assert faults(text_of(module), module) == []


def test_every_statement_is_read():
    found = [one for module in MODULES for one in statements(text_of(module), module)]
    assert len(found) >= 50
    assert all(one.action for one in found)
    # A trust has no resource; all others say one.
    assert [one for one in found if not one.resource and "sts:AssumeRole" not in one.action] == []


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        (
            'Action = ["s3:GetObject"], Resource = ["${local.lake}/*"]',
            'Action = ["s3:*"], Resource = ["${local.lake}/*"]',
            "names no action",
        ),
        ('Resource = ["${local.lake}/*"]', 'Resource = ["*"]', "on everything"),
        ('Resource = ["${local.lake}/*"]', 'Resource = "*"', "on everything"),
        ('Resource = ["${local.lake}/*"]', 'Resource = ["arn:aws:s3:::*"]', "everything of a kind"),
        ("Resource = var.queue_arns }", 'Resource = ["arn:aws:sqs:us-east-1:1:*"] }', "everything of a kind"),
        ("Resource = values(var.secret_arns)", 'Resource = "arn:aws:secretsmanager:us-east-1:1:secret:*"', "of a kind"),
        ('Principal = { Service = "ecs-tasks.amazonaws.com" } }]', 'Principal = "*" }]', "for everybody"),
    ],
)
def test_a_statement_that_grew_a_star_is_noticed(before, after, word):
    text = text_of("roles")
    assert before in text
    found = faults(text.replace(before, after), "roles")
    assert found and all(word in fault for fault in found)


def test_aws_own_policies_are_given_to_aws_own_services_alone():
    text = "\n".join(text_of(module) for module in MODULES)
    given = set(re.findall(r"arn:aws:iam::aws:policy/(?:service-role/)?([A-Z]\w+)", text))
    ours = terraform.local(terraform.module("delivery"), "managed")
    assert {arn.rpartition("/")[2] for arn in ours.values()} == set(WORKFLOW_ROLES)
    assert given <= set(SERVICE_ROLES) | set(WORKFLOW_ROLES)
    assert all(name in text for name in SERVICE_ROLES)
    for module in set(MODULES) - {"delivery"}:
        assert not [name for name in WORKFLOW_ROLES if name in text_of(module)]


def test_a_workflow_takes_a_role_in_one_environment_of_one_repository_alone():
    trust = next(one for one in statements(text_of("delivery")) if "sts:AssumeRoleWithWebIdentity" in one.action)
    assert '"${local.issuer}:aud" = "sts.amazonaws.com"' in trust.text
    assert '"${local.issuer}:sub" = "repo:${var.repository}:environment:${each.value}"' in trust.text
    assert "StringEquals" in trust.text and "StringLike" not in trust.text
    lent = terraform.local(terraform.module("delivery"), "lent_to")
    assert lent["plan"] != lent["apply"] == lent["release"] == "${var.environment}"


def test_who_plans_reads_no_buyers_data():
    denied = [one for one in statements(text_of("delivery"), "delivery") if not one.allows]
    actions = {action for one in denied for action in terraform.actions(one.action)}
    assert actions >= {"s3:GetObject", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"}
    assert any("arn:aws:s3:::${var.name}-*/*" in one.resource for one in denied)


def test_who_releases_hands_roles_to_tasks_alone():
    passed = [one for one in statements(text_of("delivery")) if "iam:PassRole" in one.action]
    assert len(passed) == 1
    assert '"iam:PassedToService" = "ecs-tasks.amazonaws.com"' in passed[0].text
    assert "role/${var.name}-${region}-*" in passed[0].resource
    names = re.findall(r'name\s*= "(\$\{var\.name\}-\$\{local\.region\}-[^"]+)"', text_of("roles"))
    assert len(names) == 2


def test_a_door_is_shut_to_whoever_comes_without_tls():
    denials = [one for one in statements(text_of("media"), "media") if not one.allows]
    assert len(denials) == 2
    assert all('"aws:SecureTransport" = "false"' in one.text for one in denials)


def test_what_checkov_must_not_find_has_a_reason():
    """The tool itself is an optional lane: `make checkov`."""
    lines = (terraform.FOLDER / "checkov.yaml").read_text().partition("skip-check:\n")[2].splitlines()
    skipped = [line for line in lines if line.startswith("  - ")]
    assert len(skipped) > 20 and len(set(skipped)) == len(skipped)
    assert all(re.fullmatch(r"  - CKV2?_AWS_\d+", line) for line in skipped)
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("  - "):
            assert before.startswith(("  # ", "  - CKV")), line
    assert lines[0].startswith("  # ")
