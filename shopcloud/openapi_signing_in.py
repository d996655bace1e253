"""The part of the API that opens and keeps accounts, as the description tells it: it is django-allauth's.

Allauth describes itself in a document of its own; here are the operations an app needs, under names that make good
functions in generated clients. Its answers are JSON with their `status` in them; its errors are not problem documents.
"""

from typing import Any

from shopcloud.openapi_signing_in_shapes import EXAMPLES, SHAPES

TAG = "signing-in"
_ROOT = "/_allauth/app/v1/"
_SESSION = {
    "name": "X-Session-Token",
    "in": "header",
    "schema": {"type": "string"},
    "description": "`meta.session_token` of the answer before: what was begun goes on under it",
}
_WHEN = {
    "200": "Done.",
    "400": "What was sent is not valid: `errors` names the members.",
    "401": "Not signed in yet, or not any more: `data.flows` says what can be done, `is_pending` what is waited for.",
    "403": "It cannot be done any more, or not yet.",
    "409": "It cannot be done as things stand: you are signed in already, or nothing was begun.",
    "410": "The session is over.",
    "429": "Too many requests. Wait.",
}
_SHAPE_OF = {"400": "SignInErrors", "401": "SignInPending", "410": "SignInPending"}

# path, method, operation, summary, description, body, {status: shape}; other statuses have the shape of their kind.
_OPERATIONS: list[tuple[str, str, str, str, str, str, dict[str, str]]] = [
    (
        "auth/signup",
        "post",
        "sign_up",
        "Open an account",
        "A mail brings the code that proves the address: `verify_email` goes on under the answer's `session_token`. "
        "The answer is the same where the address has an account already.",
        "SignUpRequest",
        {"401": "", "400": "", "403": "SignInStatus", "409": "SignInStatus", "200": "SignedIn"},
    ),
    (
        "auth/email/verify",
        "post",
        "verify_email",
        "Prove your address",
        "Send the code of the mail. After signing up this signs you in.",
        "EmailCodeRequest",
        {"200": "SignedIn", "400": "", "401": "", "409": "SignInStatus"},
    ),
    (
        "auth/email/verify/resend",
        "post",
        "resend_verification",
        "Have the code mailed again",
        "Only while an address waits for its code.",
        "",
        {"200": "SignInStatus", "403": "SignInStatus", "409": "SignInStatus"},
    ),
    (
        "auth/login",
        "post",
        "sign_in",
        "Sign in",
        "401 with a pending flow asks for more: `mfa_authenticate` for a second factor, `verify_email` for the code of "
        "the mail.",
        "SignInRequest",
        {"200": "SignedIn", "400": "", "401": "", "409": "SignInStatus"},
    ),
    (
        "auth/2fa/authenticate",
        "post",
        "sign_in_second_factor",
        "Give the second factor",
        "A code of the authenticator app, or a recovery code.",
        "SecondFactorRequest",
        {"200": "SignedIn", "400": "", "401": "", "409": "SignInStatus"},
    ),
    (
        "tokens/refresh",
        "post",
        "refresh_token",
        "Get a new access token",
        "A refresh token is good once; the answer has the next. One that comes a second time ends everything that "
        "hangs on it.",
        "RefreshTokenRequest",
        {"200": "RefreshedTokens", "400": "SignInStatus"},
    ),
    (
        "auth/session",
        "get",
        "current_session",
        "Who is signed in",
        "The session of the token, and how it was opened.",
        "",
        {"200": "SignedIn", "401": "", "410": ""},
    ),
    (
        "auth/session",
        "delete",
        "sign_out",
        "Sign out",
        "The answer is 401: you are signed out. The access token and the refresh token are worth nothing from now on.",
        "",
        {"401": ""},
    ),
    (
        "auth/password/request",
        "post",
        "request_password_reset",
        "Forget the password",
        "A mail brings the key to `reset_password`. The answer is the same where there is no such account.",
        "EmailRequest",
        {"200": "SignInStatus", "400": "", "401": ""},
    ),
    (
        "auth/password/reset",
        "post",
        "reset_password",
        "Set another password",
        "With the key of the mail. 401 is well too: it is set, and you may sign in.",
        "ResetPasswordRequest",
        {"200": "SignedIn", "400": "", "401": "", "409": "SignInStatus"},
    ),
    (
        "account/password/change",
        "post",
        "change_password",
        "Change the password",
        "An account that was opened with another provider has none: leave `current_password` out.",
        "ChangePasswordRequest",
        {"200": "SignInStatus", "400": "", "401": ""},
    ),
]


def describe_signing_in(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular. Runs after those of our own: the errors here are not problem documents."""
    result["components"]["schemas"].update(SHAPES)
    for path, method, name, summary, description, body, answers in _OPERATIONS:
        told = _described(path, name, summary, description, body, answers)
        result["paths"].setdefault(_ROOT + path, {})[method] = told
    return result


def _described(
    path: str, name: str, summary: str, description: str, body: str, answers: dict[str, str]
) -> dict[str, Any]:
    signed_in = path.startswith("account/") or path == "auth/session"
    told: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "description": description,
        "tags": [TAG],
        "security": [{"accessToken": []}] if signed_in else [{}],
        "responses": {status: _answer(status, shape) for status, shape in sorted(answers.items())},
    }
    told["responses"]["429"] = _answer("429", "SignInStatus")
    if path != "tokens/refresh":
        told["parameters"] = [_SESSION]
    if body:
        content = {"schema": _ref(body), "examples": {"Example": {"value": EXAMPLES[body]}}}
        told["requestBody"] = {"required": True, "content": {"application/json": content}}
    return told


def _answer(status: str, shape: str) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(shape or _SHAPE_OF[status])}}
    return {"description": _WHEN[status], "content": content}


def _ref(shape: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{shape}"}
