"""What every way to run shares. Promises (two walls, recorded looks, encryption) are code and have no switch here."""

import os
from datetime import timedelta
from typing import Any

from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.embedded.place import BASE_DIR, VAR

PROJECT_DIR = BASE_DIR
DEBUG = False
TOMOSHIBI_DEMO: bool | None = False  # None: a test, which no mark is asked of

# "worker" in the environment of Celery's worker and beat, "owner" in that of migrations: another login to the database, no key.
TOMOSHIBI_PROCESS = os.environ.get("TOMOSHIBI_PROCESS", "web")

INSTALLED_APPS = [
    "face",
    "security",
    "agencies",
    "cases",
    "referrals",
    "desk",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.language.LanguageMiddleware",
    "security.signin.middleware.NoStoreMiddleware",
    "security.signin.middleware.ParkedFormsMiddleware",
    # From here to the acting person the order is fixed: the session, the wall's transaction, the look, the acting position.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "security.walls.middleware.WallMiddleware",
    "security.audit.middleware.LookMiddleware",
    "agencies.staff.middleware.ActingMiddleware",
    "agencies.notices.middleware.InboxMiddleware",
    "desk.navigation.MenuMiddleware",
    "config.readable.ReadableMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "security.signin.once.OnceMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "face.context.face",
            ],
        },
    }
]
FORM_RENDERER = "face.renderer.FaceRenderer"
FACE_LINKS = {
    "home": "home",
    "find": "find",
    "inbox": "inbox",
    "sessions": "sessions",
    "positions": "choose_position",
    "help": "help",
    "sign_out": "sign_out",
    "alive": "alive",
    "printed": "printed",
}

# --- Database -------------------------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {}
DATABASE_ROUTERS = ["security.walls.router.WallRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People and sign-in ---------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "agencies.Staff"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
TOMOSHIBI_IDLE = timedelta(minutes=15)
TOMOSHIBI_ABSOLUTE = timedelta(hours=10)

TOMOSHIBI_ADDRESS = "config.address.client_address"
# Proxies in front whose X-Forwarded-For is believed: 0 means none, and the header is ignored.
TOMOSHIBI_TRUSTED_PROXIES = int(os.environ.get("TOMOSHIBI_TRUSTED_PROXIES", "0"))

# guardian serves as the base of our grant rows only; has_perm on a case is not used, since it knows no end date and no block.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # guardian's backend is left out on purpose: it knows no end date and no block
]

# --- Sessions and cookies -------------------------------------------------------------------------------------------------
SESSION_ENGINE = "security.signin.sessions"
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
# Lax, not Strict: a link in a notice mail has to find the person signed in.
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(TOMOSHIBI_ABSOLUTE.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "face.errors.csrf_failure"
PARKED_COOKIE = "__Host-who"
LISTS_COOKIE = "__Host-lists"
PARKED_DIR = VAR / "parked"
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# The default storage would put messages into a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Headers --------------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Uploads: memory only, so that nothing in clear touches a disk ---------------------------------------------------------
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# --- Language and time ----------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# --- Static files ---------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
# /favicon.ico: browsers ask for it beside every PDF, and what leads nowhere would be a refusal in the access log.
WHITENOISE_ROOT = BASE_DIR / "static" / "root"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "config.styles.JoinedStyles"]
STYLES_DIR = VAR / "styles"

# --- Root keys ------------------------------------------------------------------------------------------------------------
TOMOSHIBI_KEY_PROVIDER = (
    "config.no_keys.NoKeys"
    if TOMOSHIBI_PROCESS != "web"
    else os.environ.get("TOMOSHIBI_KEY_PROVIDER", "file")
)
TOMOSHIBI_KEY_FILE = os.environ.get("TOMOSHIBI_KEY_FILE", str(VAR / "keys" / "root.json"))

# --- Jobs: ids, dates and codes only --------------------------------------------------------------------------------------
CELERY_BROKER_URL = "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "data_folder_in": str(VAR / "broker" / "queue"),
    "data_folder_out": str(VAR / "broker" / "queue"),
    "control_folder": str(VAR / "broker" / "control"),
    "store_processed": False,
    # While a job runs the worker looks again after this many seconds: at a whole one it did one job a second.
    "polling_interval": 0.1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "broker" / "beat")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # A relay that waited behind others has nothing to add to them.
    "outbox": {"task": "outbox.relay", "schedule": 10.0, "options": {"expires": 10}},
    "reconciliation": {"task": "outbox.reconcile", "schedule": timedelta(hours=1)},
    "expired disclosures": {"task": "disclosures.close_expired", "schedule": timedelta(minutes=5)},
    "vacancies out of date": {"task": "vacancies.tell_stale", "schedule": timedelta(hours=6)},
    "places unanswered": {"task": "places.warn_unanswered", "schedule": timedelta(minutes=10)},
    "unopened disclosures": {"task": "disclosures.warn_unopened", "schedule": timedelta(minutes=10)},
    # Where one of these two does not come for three turns, the pages say so (cases.clocks.queries.UNWATCHED).
    "limits of the law": {
        "task": "clocks.warn",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "duties that no law times": {
        "task": "duties.warn",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "courses without a session": {"task": "sessions.warn_silent", "schedule": timedelta(hours=1)},
    "cases handed over": {"task": "handover.settle", "schedule": timedelta(minutes=5)},
    "guidelines to be evaluated": {"task": "guidelines.warn", "schedule": crontab(hour=6, minute=40)},
    "receipts without a decision": {"task": "conferences.warn_intake", "schedule": timedelta(minutes=10)},
    "letters of children unanswered": {"task": "rights.warn_unanswered", "schedule": timedelta(minutes=10)},
    "nights that nobody handed over": {"task": "nights.end", "schedule": timedelta(minutes=10)},
    "self-reliance plans that are due": {"task": "reliance.warn", "schedule": crontab(hour=6, minute=50)},
    "ended sessions": {"task": "sessions.clean", "schedule": timedelta(hours=1)},
    "marks of sent forms": {"task": "forms.clean", "schedule": timedelta(days=1)},
    "tries to sign in": {"task": "tries.clean", "schedule": timedelta(days=1)},
    "kept text past its time": {"task": "parked.clean", "schedule": timedelta(hours=1)},
    "months of the access log": {"task": "access_log.check_months", "schedule": timedelta(hours=6)},
    "every cell as it was recorded": {"task": "access_log.verify", "schedule": crontab(hour=3, minute=20)},
}
CELERY_TIMEZONE = TIME_ZONE

# --- Mail -----------------------------------------------------------------------------------------------------------------
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("TOMOSHIBI_MAIL_FROM", "tomoshibi@localhost")

# --- Logs: no request data, no SQL, no variables of frames (config/logs.py) -------------------------------------------------
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_request_data": {"()": "config.logs.NoRequestData"}},
    "formatters": {"quiet": {"()": "config.logs.QuietFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "quiet", "filters": ["no_request_data"]},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "tomoshibi": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.db.backends": {"handlers": ["nowhere"], "propagate": False},
        "django.server": {"handlers": [], "propagate": True},
    },
}
