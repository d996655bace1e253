"""Every setting, read once from typed environment readers. `.env.example` describes each variable."""

from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from shopcloud import broker, env, headers
from shopcloud.admin_theme import UNFOLD as UNFOLD
from shopcloud.beat import CELERY_BEAT_SCHEDULE as CELERY_BEAT_SCHEDULE
from shopcloud.homes import *  # noqa: F403 - regions, and where each keeps what is its people's
from shopcloud.homes import OTHER_DATABASES
from shopcloud.keys import local_signing_key
from shopcloud.lib.observability import LOGGING as LOGGING
from shopcloud.lib.observability import configure_structlog
from shopcloud.openapi_settings import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from shopcloud.partners import *  # noqa: F403
from shopcloud.sealing_settings import *  # noqa: F403
from shopcloud.sign_in_settings import *  # noqa: F403 - a part of this file, in a file of its own
from shopcloud.sign_in_settings import PROVIDER_APPS, PROVIDER_ORIGINS
from shopcloud.telemetry import METRICS_FOLDER as METRICS_FOLDER
from shopcloud.telemetry import METRICS_PORT as METRICS_PORT
from shopcloud.telemetry import TRACING as TRACING

BASE_DIR = Path(__file__).resolve().parent.parent
configure_structlog()


def _database(url: str, *, options: dict[str, Any]) -> dict[str, Any]:
    """`postgres://user:password@host1,host2:5432/name?sslmode=require`; several hosts are libpq's failover list."""
    parts = urlsplit(url)
    userinfo, _, hosts = parts.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    names, ports = zip(*((h.partition(":")[0], h.partition(":")[2] or "5432") for h in hosts.split(",")), strict=True)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(user),
        "PASSWORD": unquote(password),
        "HOST": ",".join(names),
        "PORT": ",".join(ports),
        "CONN_MAX_AGE": 0 if PROCESS == "realtime" else 300,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {**dict(parse_qsl(parts.query)), **options},
    }


# -- the process -----------------------------------------------------------------------------------------------
PRODUCTION = env.boolean("PRODUCTION", False)
DEBUG = env.boolean("DEBUG", False)
PROCESS = env.text("SHOPCLOUD_PROCESS", "web")
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.csv("SECRET_KEY_FALLBACKS")
PUBLIC_URL = env.url("PUBLIC_URL", "http://localhost:8000", schemes=("http", "https")).rstrip("/")
REALTIME_URL = env.url("REALTIME_URL", "", schemes=("http", "https")).rstrip("/")
ALLOWED_HOSTS = env.csv("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.csv("CSRF_TRUSTED_ORIGINS")
VAR = Path(env.text("SHOPCLOUD_VAR", str(BASE_DIR / "var")))
ROOT_URLCONF = "shopcloud.realtime_urls" if PROCESS == "realtime" else "shopcloud.urls"
WSGI_APPLICATION = "shopcloud.wsgi.application"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "allauth.headless",
    "allauth.idp.oidc",
    *PROVIDER_APPS,
    "django_countries",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "shopcloud.lib",
    "media",
    "accounts",
    "catalog",
    "orders",
    "analytics",
    "shopcloud.wiring",
]

MIDDLEWARE = [
    "shopcloud.lib.observability.RequestMiddleware",
    "shopcloud.health.AliveMiddleware",
    "shopcloud.headers.BodyLimitMiddleware",
    "shopcloud.wellformed.WellFormedMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shopcloud.headers.ContentSecurityPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shopcloud.pages.PublicPageMiddleware",
    "shopcloud.markets.MarketMiddleware",
    "shopcloud.lib.throttle.RateLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "shopcloud.sessions.RollingSessionMiddleware",
    "accounts.homes.HomeMiddleware",
    "shopcloud.csrf.FetchMetadataCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shopcloud.lib.replica.ReadYourWritesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.second_factor.StaffSecondFactorMiddleware",
    "shopcloud.lib.audit_scope.AuditMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "analytics.capture.ClickstreamMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "shopcloud" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ]
            if not DEBUG
            else ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shopcloud.pages.shop_context",
            ],
            "builtins": ["shopcloud.lib.templatetags.shop", "catalog.templatetags.storefront"],
        },
    }
]

# -- PostgreSQL: every wait is bounded -------------------------------------------------------------------------
_PG_OPTIONS: dict[str, Any] = {"connect_timeout": 2}
if not env.boolean("DATABASE_PROXY", False):
    _PG_OPTIONS["options"] = (
        "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000"
    )
    # What shopcloud.lib.prepared asks for this often on a connection is prepared on it.
    _PG_OPTIONS["prepare_threshold"] = 2
DATABASES = {
    "default": _database(
        env.url("DATABASE_URL", schemes=("postgres", "postgresql")),
        options={**_PG_OPTIONS, "target_session_attrs": "read-write"},
    )
}
for _alias, _url in OTHER_DATABASES.items():
    DATABASES[_alias] = _database(_url, options={**_PG_OPTIONS, "target_session_attrs": "read-write"})
DATABASE_REPLICA_URL = env.url("DATABASE_REPLICA_URL", "", schemes=("postgres", "postgresql"))
if DATABASE_REPLICA_URL:
    DATABASES["replica"] = _database(DATABASE_REPLICA_URL, options=_PG_OPTIONS)
    DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Redis: sessions, carts, caches ----------------------------------------------------------------------------
REDIS_URL = env.url("REDIS_URL", schemes=("redis", "rediss", "redis+cluster", "rediss+cluster"))
REDIS_PREFIX = env.text("REDIS_PREFIX", "shop")
CACHES = {
    "default": {
        "BACKEND": "shopcloud.lib.store_cache.StoreCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_PREFIX + ":cache",
    },
    # The parts of a page that are the same on all of a market's: each process keeps them for seconds.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "fragments",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}
SESSION_ENGINE = "shopcloud.sessions"
SESSION_COOKIE_AGE = 30 * 60
CART_DAYS = env.integer("CART_DAYS", 14)
RESERVATION_MINUTES = env.integer("RESERVATION_MINUTES", 30)
STOCK_ALERT_EMAILS = env.csv("STOCK_ALERT_EMAILS")
SAVED_CART_DAYS = env.integer("SAVED_CART_DAYS", 90)
CART_REMINDER_HOURS = env.integer("CART_REMINDER_HOURS", 24)

# -- DynamoDB, S3, search, lake --------------------------------------------------------------------------------
AWS_REGION = env.text("AWS_REGION", "us-east-1")
DYNAMODB_TABLE_PREFIX = env.text("DYNAMODB_TABLE_PREFIX", "shopcloud-")
# Parts of the products table that `reindex_catalog` reads side by side.
DYNAMODB_SCAN_SEGMENTS = env.integer("DYNAMODB_SCAN_SEGMENTS", 4)
DAX_ENDPOINT = env.text("DAX_ENDPOINT", "")
MEDIA_BUCKET = env.text("MEDIA_BUCKET", "shopcloud-media")
DOWNLOADS_BUCKET = env.text("DOWNLOADS_BUCKET", "shopcloud-downloads")
# News for others than the shop itself; none are sent without it.
EVENT_TOPIC_ARN = env.text("EVENT_TOPIC_ARN", "")
LAKE_BUCKET = env.text("LAKE_BUCKET", "shopcloud-lake")
MEDIA_AVIF = env.boolean("MEDIA_AVIF", False)
MEDIA_URL_BASE = env.text("MEDIA_URL_BASE", "/media/")
SEARCH_URL = env.url("SEARCH_URL", f"tantivy://{VAR}/search", schemes=("tantivy", "https", "http"))
LAKE_ENGINE = env.text("LAKE_ENGINE", "duckdb")

# -- Celery ----------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.url("CELERY_BROKER_URL", schemes=("redis", "rediss", "sqs"))
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
# A stopped worker gives running tasks this long, then hands them back to the queue.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 4
CELERY_TASK_SOFT_TIME_LIMIT = 540
# Longer than the longest task, or the broker would hand a running task to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = broker.transport_options(
    region=AWS_REGION,
    queue_prefix=env.text("QUEUE_PREFIX", ""),
    visibility_seconds=env.integer("TASK_VISIBILITY_SECONDS", 660),
)
CELERY_WORKER_ENABLE_REMOTE_CONTROL = broker.has_remote_control(CELERY_BROKER_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "accounts.tasks.send_*": {"queue": "mail"},
    "orders.tasks.send_*": {"queue": "mail"},
    "shopcloud.wiring.tasks.send_*": {"queue": "mail"},
    "media.tasks.*": {"queue": "media"},
    # The index has one consumer: what takes minutes and writes nothing to it runs elsewhere.
    "catalog.tasks.write_sitemaps": {"queue": "default"},
    "catalog.tasks.carry_out_schedules": {"queue": "default"},
    "catalog.tasks.move_category": {"queue": "default"},
    "catalog.tasks.go_on_with_*": {"queue": "default"},
    "catalog.tasks.*": {"queue": "search"},
    "analytics.tasks.*": {"queue": "lake"},
}

# -- mail and payments -----------------------------------------------------------------------------------------
_mail = urlsplit(env.url("EMAIL_URL", f"file://{VAR}/mail", schemes=("file", "smtp", "smtps")))
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if _mail.scheme == 'file' else 'smtp'}.EmailBackend"
EMAIL_FILE_PATH = _mail.path
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = _mail.scheme == "smtp", _mail.scheme == "smtps", 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "ShopCloud <orders@shopcloud.example>")
RETURN_DAYS = env.integer("RETURN_DAYS", 30)
RETURN_ADDRESS = env.text(
    "RETURN_ADDRESS", "ShopCloud Returns, 1 Market Street, San Francisco, CA 94105, United States"
)
# Where the seller is registered for VAT: businesses in other member states owe the VAT themselves.
SHOP_COUNTRY = env.text("SHOP_COUNTRY", "DE")
VAT_ID_CHECK = env.choice("VAT_ID_CHECK", "format", options=("format", "vies", "vies-strict"))
VIES_URL = env.url("VIES_URL", "https://ec.europa.eu/taxation_customs/vies/rest-api", schemes=("http", "https"))
SHOP_LEGAL_NAME = env.text("SHOP_LEGAL_NAME", "ShopCloud Example GmbH")
SHOP_ADDRESS = env.csv("SHOP_ADDRESS", "Beispielstraße 1, 10115 Berlin, Germany")
SHOP_VAT_IDS = env.csv("SHOP_VAT_IDS")
SHOP_REGISTRATION = env.text("SHOP_REGISTRATION", "")
SHOP_EMAIL = env.text("SHOP_EMAIL", parseaddr(DEFAULT_FROM_EMAIL)[1])
PAYMENT_GATEWAY = env.text("PAYMENT_GATEWAY", "sandbox")
# The first is asked at checkout; the others are offered where a payment has to be made again.
PAYMENT_GATEWAYS = list(dict.fromkeys([PAYMENT_GATEWAY, *env.csv("PAYMENT_GATEWAYS")]))
PAYMENT_CAPTURE = env.choice("PAYMENT_CAPTURE", "automatic", options=("automatic", "manual"))
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRETS = env.csv("STRIPE_WEBHOOK_SECRETS")
STRIPE_API_BASE = env.url("STRIPE_API_BASE", "https://api.stripe.com", schemes=("http", "https"))

# -- people: how they sign in stands in `shopcloud/sign_in_settings.py` ------------------------------------------
HEADLESS_ENABLED = True
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "accounts.tokens.RotatingTokens"  # noqa: S105
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = 30 * 24 * 3600
HEADLESS_JWT_ALGORITHM = "RS256"
HEADLESS_JWT_PRIVATE_KEY = env.text("JWT_PRIVATE_KEY", "") or ("" if PRODUCTION else local_signing_key(VAR))
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True

# -- languages -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English (US)"), ("en-gb", "English (UK)"), ("de", "Deutsch"), ("fr", "Français")]
# Ours first: other apps' words for "Remove" or "Summary" do not stand in our pages.
# Then the shop's way of saying what the library for signing in says.
LOCALE_PATHS = [BASE_DIR / app / "locale" for app in ("shopcloud", "orders", "accounts")]
MARKETS = "shopcloud.markets.BY_CODE"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# -- files -----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT", str(VAR / "static"))
STATICFILES_DIRS = [BASE_DIR / "shopcloud" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "uploads"}},
    "staticfiles": {"BACKEND": env.text("STATIC_STORAGE", "shopcloud.staticfiles.HashedStaticFiles")},
}
WHITENOISE_MAX_AGE = 24 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# A product of a hundred variants and a hundred pictures sends more than Django's thousand.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# By the beginning of the path, in bytes: staff upload pictures, models, downloads and files of products.
BODY_LIMITS = {"": 2 * 1024 * 1024, "/admin/": 220 * 1024 * 1024}
FETCH_ALLOWED_NETWORKS = env.csv("FETCH_ALLOWED_NETWORKS")

# -- REST ------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.AppToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shopcloud.lib.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["shopcloud.lib.throttle.ClientThrottle", "shopcloud.lib.throttle.ScopeThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "client": env.text("API_RATE", "1200/min"),
        "orders": env.text("API_ORDER_RATE", "60/min"),
        "codes": env.text("CODE_RATE", "20/min"),
    },
    "NUM_PROXIES": env.integer("TRUSTED_PROXY_COUNT", 0),
    "EXCEPTION_HANDLER": "shopcloud.lib.problems.problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

# -- headers ---------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = headers.content_security_policy(
    media=env.csv("CSP_MEDIA_ORIGINS"), realtime=REALTIME_URL, forms=PROVIDER_ORIGINS
)
PERMISSIONS_POLICY = headers.PERMISSIONS_POLICY
# The check looks for Django's own CSRF middleware by name; ours is a subclass of it (tests/shopcloud/test_csrf.py).
SILENCED_SYSTEM_CHECKS = ["security.W003"]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "shopcloud.errors.csrf_failed"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
