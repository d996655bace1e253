"""What is sent to and answered by the operations of signing in, in OpenAPI's words."""

from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
_EMAIL: dict[str, Any] = {"type": "string", "format": "email"}
_PASSWORD: dict[str, Any] = {"type": "string", "format": "password"}


def _shape(description: str, *, may_miss: tuple[str, ...] = (), **properties: dict[str, Any]) -> dict[str, Any]:
    told = {"type": "object", "description": description, "properties": properties}
    required = [name for name in properties if name not in may_miss]
    return {**told, "required": required} if required else told


def _list(item: str) -> dict[str, Any]:
    return {"type": "array", "items": _ref(item)}


def _ref(shape: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{shape}"}


_STATUS: dict[str, Any] = {"type": "integer", "description": "the HTTP status once more"}
SHAPES: dict[str, dict[str, Any]] = {
    "SignUpRequest": _shape("Who opens an account.", email=_EMAIL, password=_PASSWORD),
    "SignInRequest": _shape("Who signs in.", email=_EMAIL, password=_PASSWORD),
    "EmailCodeRequest": _shape("The code of the mail.", key=_TEXT),
    "SecondFactorRequest": _shape("The second factor.", code=_TEXT),
    "RefreshTokenRequest": _shape("What is exchanged.", refresh_token=_TEXT),
    "EmailRequest": _shape("Whose password is forgotten.", email=_EMAIL),
    "ResetPasswordRequest": _shape("The key of the mail, and the new password.", key=_TEXT, password=_PASSWORD),
    "ChangePasswordRequest": _shape(
        "The password there is, and the one to be.",
        may_miss=("current_password",),
        current_password=_PASSWORD,
        new_password=_PASSWORD,
    ),
    "SignInStatus": _shape("That it was done, or was not.", status=_STATUS),
    "SignedIn": _shape(
        "You are signed in: `meta` has the tokens.", status=_STATUS, data=_ref("SignedInPerson"), meta=_ref("Tokens")
    ),
    "SignedInPerson": _shape("Who, and how.", user=_ref("Account"), methods=_list("SignInMethod")),
    "Account": _shape(
        "The account that is signed in.",
        may_miss=("email",),
        id={"type": "integer"},
        display={"type": "string", "description": "how to call them"},
        email=_EMAIL,
        has_usable_password={"type": "boolean"},
    ),
    "SignInMethod": _shape(
        "One step of signing in: `password`, `code`, `mfa`, `socialaccount`.",
        method=_TEXT,
        at={"type": "number", "description": "seconds since 1970"},
    ),
    "Tokens": _shape(
        "The access token goes into `Authorization: Bearer`. The session's token names the session at these addresses.",
        may_miss=("session_token", "access_token", "refresh_token"),
        is_authenticated={"type": "boolean", "nullable": True, "description": "null where the session is gone"},
        session_token=_TEXT,
        access_token=_TEXT,
        refresh_token=_TEXT,
    ),
    "RefreshedTokens": _shape("The next tokens.", status=_STATUS, data=_ref("TokenPair")),
    "TokenPair": _shape("Each replaces the one there was.", access_token=_TEXT, refresh_token=_TEXT),
    "SignInPending": _shape(
        "Nobody is signed in. `data.flows` says what can be done.",
        status=_STATUS,
        data=_ref("SignInFlows"),
        meta=_ref("Tokens"),
    ),
    "SignInFlows": _shape("What can be done.", may_miss=("flows",), flows=_list("SignInFlow")),
    "SignInFlow": _shape(
        "`login`, `signup`, `verify_email`, `mfa_authenticate`, ...",
        may_miss=("is_pending",),
        id=_TEXT,
        is_pending={"type": "boolean", "description": "this is waited for"},
    ),
    "SignInErrors": _shape("What is wrong.", status=_STATUS, errors=_list("SignInError")),
    "SignInError": _shape(
        "`code` is stable; `message` is for people.",
        may_miss=("param",),
        code=_TEXT,
        message=_TEXT,
        param={"type": "string", "description": "the member it is about"},
    ),
}
_PASS_PHRASE = "correct horse battery staple"  # noqa: S105 - an example
EXAMPLES: dict[str, dict[str, str]] = {
    "SignUpRequest": {"email": "mara@example.com", "password": _PASS_PHRASE},
    "SignInRequest": {"email": "mara@example.com", "password": _PASS_PHRASE},
    "EmailCodeRequest": {"key": "XVJ3-7KQM"},
    "SecondFactorRequest": {"code": "287082"},
    "RefreshTokenRequest": {"refresh_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MSJ9.c2ln"},
    "EmailRequest": {"email": "mara@example.com"},
    "ResetPasswordRequest": {"key": "1f-c5hk2n-0e1f8b", "password": _PASS_PHRASE},
    "ChangePasswordRequest": {"current_password": "the old pass phrase", "new_password": _PASS_PHRASE},
}
