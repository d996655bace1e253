"""The settings of how people sign in: passwords, codes by mail, second steps, passkeys, sessions, other providers."""

from typing import Any
from urllib.parse import urlsplit

from shopcloud import env

_PRODUCTION = env.boolean("PRODUCTION", False)
_SCHEME = urlsplit(env.url("PUBLIC_URL", "http://localhost:8000", schemes=("http", "https"))).scheme

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account"

# -- accounts ------------------------------------------------------------------------------------------------------
ACCOUNT_ADAPTER = "shopcloud.wiring.sign_in.ShopAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.adapter.ProviderAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _SCHEME
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
# An account has one address; a new one takes its place once it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
# By code, not by link: a link would let somebody else's sign-up with my address be confirmed by my click on it.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
# Who has an account is told to the owner of the address alone, by mail.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Every session is one of 30 rolling minutes: there is nothing to tick.
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0)

# -- second steps and passkeys -------------------------------------------------------------------------------------
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "ShopCloud"
# Browsers make passkeys on https and on localhost; the library wants to be told of the latter.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _SCHEME == "http"
# Off on a laptop, where the demo's staff have a password alone.
STAFF_SECOND_FACTOR = env.boolean("STAFF_SECOND_FACTOR", _PRODUCTION)
AXES_ENABLE_ADMIN = True
AXES_ONLY_ADMIN_SITE = True
AXES_LOCK_OUT_AT_FAILURE = True
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_VERBOSE = False

# -- other providers: a button where there is a key, and neither button nor address where there is none ------------
_GOOGLE = {"client_id": env.text("GOOGLE_CLIENT_ID", ""), "secret": env.text("GOOGLE_CLIENT_SECRET", "")}
_APPLE: dict[str, Any] = {
    "client_id": env.text("APPLE_CLIENT_ID", ""),
    "secret": env.text("APPLE_KEY_ID", ""),
    "key": env.text("APPLE_TEAM_ID", ""),
    "settings": {"certificate_key": env.text("APPLE_PRIVATE_KEY", "").replace("\\n", "\n")},
}
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {}
PROVIDER_ORIGINS = []
if all(_GOOGLE.values()):
    scope = ["profile", "email"]
    SOCIALACCOUNT_PROVIDERS["google"] = {"APPS": [_GOOGLE], "SCOPE": scope, "OAUTH_PKCE_ENABLED": True}
    PROVIDER_ORIGINS.append("https://accounts.google.com")
if all(_APPLE.values()) and _APPLE["settings"]["certificate_key"]:
    SOCIALACCOUNT_PROVIDERS["apple"] = {"APPS": [_APPLE]}
    PROVIDER_ORIGINS.append("https://appleid.apple.com")
PROVIDER_APPS = [f"allauth.socialaccount.providers.{name}" for name in SOCIALACCOUNT_PROVIDERS]
# What an account is asked for at another provider is checked and confirmed like any sign-up.
SOCIALACCOUNT_EMAIL_VERIFICATION = "mandatory"
SOCIALACCOUNT_STORE_TOKENS = False
