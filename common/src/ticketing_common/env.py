"""Read configuration from the environment; refuse to start in production with a missing or default secret."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

import dj_database_url
from decouple import AutoConfig, RepositoryEnv
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

# Values that development uses and that must never reach production.
WELL_KNOWN_SECRETS = frozenset(
    {"", "admin", "guest", "postgres", "postgrespass", "servicepass", "redispass", "password", "secret", "changeme"}
)

# Servers by the first word of their variable: the schemes over which nobody else reads along.
ENCRYPTED = {"RABBITMQ": {"amqps", "https"}, "REDIS": {"rediss"}}

# A database host that swallows packets must not hold up a request or a worker's main loop for minutes. These are the
# client library's own settings: nothing of them reaches the server, or a pooler before it.
KEEPALIVES: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class EnvFile(RepositoryEnv):  # type: ignore[misc]
    """A `.env` file in which a comment may follow a value after a blank, as compose reads it too."""

    def __init__(self, source: str, encoding: str = "utf-8") -> None:
        super().__init__(source, encoding)
        self.data = read_env_lines(Path(source).read_text(encoding))


def read_env_lines(text: str) -> dict[str, str]:
    """Return the variables of `NAME=value` lines."""
    values = {}
    for line in text.splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            value = value.strip()
            quoted = re.match(r"""(['"])(.*?)\1(\s+#.*)?$""", value)
            values[name.strip()] = quoted[2] if quoted else re.split(r"(?:^|\s)#", value, maxsplit=1)[0].rstrip()
    return values


class FileConfig(AutoConfig):  # type: ignore[misc]
    SUPPORTED = {".env": EnvFile}


class Env:
    """The environment of one service.

    Values come from the process environment, then from a `.env` file in or above the service's folder. Each variable
    `NAME` may stand in a file instead, named by `NAME_FILE`; where both are given, the file counts.
    """

    def __init__(self, service: str, base_dir: Path) -> None:
        self.service = service
        self.base_dir = base_dir
        self._config = FileConfig(search_path=str(base_dir))
        self.name = self.text("DJANGO_ENV", "development")
        if self.name not in {"development", "production", "test"}:
            raise ImproperlyConfigured(f"DJANGO_ENV must be development, test or production, not {self.name!r}.")

    @property
    def is_production(self) -> bool:
        return self.name == "production"

    def _get(self, name: str, default: T, cast: Callable[[Any], T]) -> T:
        # Compose passes variables that nobody set as empty ones: empty means not set.
        raw = self._raw(name)
        if raw == "":
            return default
        try:
            return cast(raw)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} has a value that cannot be read: {error}") from error

    def _raw(self, name: str) -> str:
        file = self._config(f"{name}_FILE", default="")
        if not file:
            return str(self._config(name, default=""))
        try:
            return Path(file).read_text().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error

    def text(self, name: str, default: str = "") -> str:
        return self._get(name, default, str)

    def integer(self, name: str, default: int) -> int:
        return self._get(name, default, int)

    def number(self, name: str, default: float) -> float:
        return self._get(name, default, float)

    def flag(self, name: str, default: bool) -> bool:
        value = str(self._get(name, str(default), str)).strip().lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off", ""}:
            return False
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")

    def items(self, name: str, default: list[str] | None = None) -> list[str]:
        value = self._get(name, ",".join(default or []), str)
        return [item.strip() for item in value.split(",") if item.strip()]

    def required_in_production(self, name: str, development: str) -> str:
        """Return the value, the development default outside production, or stop with the variable's name."""
        value = self.text(name, "")
        if value:
            return value
        if self.is_production:
            raise ImproperlyConfigured(f"{name} must be set when DJANGO_ENV=production.")
        return development

    def secret(self, name: str, development: str) -> str:
        """Like `required_in_production`, and refuse well-known values in production as well."""
        value = self.required_in_production(name, development)
        if self.is_production and (value in WELL_KNOWN_SECRETS or value == development):
            raise ImproperlyConfigured(f"{name} has a well-known value; set a secret of your own in production.")
        return value

    def url_with_secret(self, name: str, development: str) -> str:
        """Like `secret` for a URL whose password part must not be a well-known one in production.

        Where the URL leaves the password's place empty, as in `amqp://user:@host`, it is filled with `NAME_PASSWORD`,
        which is plain text: the escaping is done here. Several URLs, separated by commas, are treated alike.
        """
        return self._safe(name, self.required_in_production(name, development), self.text(f"{name}_PASSWORD"))

    def _safe(self, name: str, value: str, password: str) -> str:
        urls = split_urls(value)
        urls = [_with_password(url, password) for url in urls]
        if self.is_production and any((urlsplit(url).password or "") in WELL_KNOWN_SECRETS - {""} for url in urls):
            raise ImproperlyConfigured(f"{name} holds a well-known password; set one of your own in production.")
        for url in urls:
            self._refuse_plain(name, url)
        return ",".join(urls)

    def _wants_tls(self, url: str, kind: str) -> bool:
        """A server on this machine, or beside a container by a name without a dot, is reached on no foreign network."""
        host = urlsplit(url).hostname or ""
        is_near = host.startswith("127.") or not set(host) & set(".:") or host == "::1"
        is_asked = {
            "DATABASE": self.flag("DATABASE_TLS", True),
            "RABBITMQ": self.flag("RABBITMQ_TLS", True),
            "REDIS": self.flag("REDIS_TLS", True),
        }
        return self.is_production and not is_near and is_asked.get(kind, False)

    def _refuse_plain(self, name: str, url: str) -> None:
        kind = name.partition("_")[0]
        parts = urlsplit(url)
        is_plain = parts.scheme not in ENCRYPTED.get(kind, {parts.scheme})
        is_weak = kind == "DATABASE" and parse_qs(parts.query).get("sslmode", ["verify-full"]) != ["verify-full"]
        if (is_plain or is_weak) and self._wants_tls(url, kind):
            safe = " or ".join(sorted(ENCRYPTED.get(kind, {"sslmode=verify-full"})))
            raise ImproperlyConfigured(f"{name} must use {safe} in production; {kind}_TLS=false allows it without.")

    def database(self, default_name: str) -> dict[str, Any]:
        """Return Django's settings for `DATABASE_URL`, with connections kept for ten minutes.

        Without it, `DATABASE_SERVER_URL` names a server on which this service uses the database `default_name`.
        A request's first statement finds out whether the connection still stands, so that a restarted database
        costs no request; workers do without, since their handlers try again.
        """
        return self._database(self._database_url(default_name))

    def replica(self, name: str) -> dict[str, dict[str, Any]]:
        """Return the entry `replica` for Django's `DATABASES`; nothing where the variable is not set.

        It has the login of the database that it copies: a place left empty for the password is filled with that one's.
        """
        if not self.text(name):
            return {}
        url = self._safe(name, self.text(name), self.text("DATABASE_URL_PASSWORD"))
        return {"replica": {**self._database(url), "TEST": {"MIRROR": "default"}}}

    def _database(self, url: str) -> dict[str, Any]:
        kept_seconds = self.integer("DATABASE_CONN_MAX_AGE", 600)
        database: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=kept_seconds, conn_health_checks=True))
        # The client library knows no certificate authorities but those it is shown, by file or as the system's.
        trusted = {"sslmode": "verify-full", "sslrootcert": os.environ.get("SSL_CERT_FILE") or "system"}
        tls = trusted if self._wants_tls(url, "DATABASE") else {}
        # Behind a pooler the next statement may reach another session, which knows nothing of an open cursor.
        database["DISABLE_SERVER_SIDE_CURSORS"] = not self.flag("DATABASE_SESSION_SETTINGS", True)
        database["OPTIONS"] = {**KEEPALIVES, **tls, **database.get("OPTIONS", {})}
        return database

    def _database_url(self, default_name: str) -> str:
        if not self.text("DATABASE_URL") and self.text("DATABASE_SERVER_URL"):
            parts = urlsplit(self.url_with_secret("DATABASE_SERVER_URL", ""))
            return urlunsplit(parts._replace(path=f"/{quote(default_name)}"))
        return self.url_with_secret("DATABASE_URL", f"postgres://postgres:postgrespass@localhost:5433/{default_name}")

    def database_session(self) -> dict[str, dict[str, str]]:
        """Return `DATABASE_SESSION`: what each kind of process sets on its connections (`ticketing_common.database`).

        No statement of these services is long enough to be worth compiling: that alone takes 30 to 130 ms.
        """
        if not self.flag("DATABASE_SESSION_SETTINGS", True):
            return {}
        common = {"jit": "off"}
        return {
            "command": common,
            "web": common
            | _limits(self.number("DATABASE_STATEMENT_SECONDS", 30), self.number("DATABASE_IDLE_SECONDS", 60)),
            "worker": common
            | _limits(self.number("WORKER_STATEMENT_SECONDS", 120), self.number("WORKER_IDLE_SECONDS", 120)),
        }


def split_urls(value: str) -> list[str]:
    """Return the URLs of a list separated by commas; a comma within a URL is none that a scheme follows."""
    return [url.strip() for url in re.split(r",(?=\s*[a-z][a-z0-9+]*://)", value) if url.strip()]


def _with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    login, at, place = parts.netloc.rpartition("@")
    if not at or not login.endswith(":") or not password:
        return url
    return urlunsplit(parts._replace(netloc=f"{login}{quote(password, safe='')}@{place}"))


def _limits(statement_seconds: float, idle_seconds: float) -> dict[str, str]:
    """Return PostgreSQL's limits in milliseconds; 0 means none."""
    return {
        "statement_timeout": str(int(statement_seconds * 1000)),
        "idle_in_transaction_session_timeout": str(int(idle_seconds * 1000)),
    }
