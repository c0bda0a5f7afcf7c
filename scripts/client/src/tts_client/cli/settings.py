"""Where the command finds the installation and who calls: options, then the environment, then a file."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tts_client.transport import SERVICES

CREDENTIALS = ("api_key", "token", "email", "password")
TEXTS = ("url", *CREDENTIALS)
DEFAULT_TIMEOUT = 30.0


class SettingsError(Exception):
    """What is set can't be used."""


@dataclass(frozen=True)
class Settings:
    url: str = ""
    api_key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    email: str = ""
    password: str = field(default="", repr=False)
    timeout: float = DEFAULT_TIMEOUT
    services: Mapping[str, str] = field(default_factory=dict)


def default_file(environment: Mapping[str, str]) -> Path:
    """Return where the file is looked for when none is named."""
    base = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME", "~")).expanduser() / ".config")
    return Path(base) / "tts" / "config.toml"


def read_settings(
    file: Path | None, environment: Mapping[str, str] | None = None, *, url: str = "", timeout: float | None = None
) -> Settings:
    """Return the settings of the file with those of the environment over them, and what is given here over both.

    A file that is named must exist. Credentials in the environment take the place of all those of the file.
    """
    environment = os.environ if environment is None else environment
    path = file or Path(environment.get("TTS_CONFIG") or default_file(environment))
    is_named = file is not None or bool(environment.get("TTS_CONFIG"))
    found = _read_file(path) if is_named or path.exists() else {}
    given = {name: value for name in TEXTS if (value := environment.get(f"TTS_{name.upper()}"))}
    if given.keys() & set(CREDENTIALS):
        found = {name: value for name, value in found.items() if name not in CREDENTIALS}
    found |= given
    services = found.get("services", {}) | {
        name: value for name in SERVICES if (value := environment.get(f"TTS_{name.upper()}_URL"))
    }
    seconds = timeout if timeout is not None else environment.get("TTS_TIMEOUT") or found.get("timeout")
    return Settings(
        **{name: found.get(name, "") for name in TEXTS} | ({"url": url} if url else {}),
        timeout=DEFAULT_TIMEOUT if seconds is None else _seconds(seconds),
        services=services,
    )


def is_open_to_others(path: Path) -> bool:
    """True for a file that other people of the machine may read."""
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def _read_file(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    if unknown := sorted(found.keys() - {*TEXTS, "timeout", "services"}):
        raise SettingsError(f"{path}: {unknown[0]} is no setting. Settings are {', '.join(TEXTS)}, timeout, services.")
    for name in TEXTS:
        if not isinstance(found.get(name, ""), str):
            raise SettingsError(f"{path}: {name} must be a text.")
    services = found.get("services", {})
    if not isinstance(services, dict) or not all(isinstance(value, str) for value in services.values()):
        raise SettingsError(f"{path}: services must name an address for each service.")
    if unknown := sorted(services.keys() - set(SERVICES)):
        raise SettingsError(f"{path}: {unknown[0]} is no service. Services are {', '.join(SERVICES)}.")
    if any(found.get(name) for name in ("api_key", "token", "password")) and is_open_to_others(path):
        raise SettingsError(f"{path} holds a secret and others may read it: chmod 600 {path}")
    return found


def _seconds(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"The timeout must be a number of seconds, not {value!r}.") from error
    if not 0 < seconds <= 3600:
        raise SettingsError("The timeout must be above 0 and at most 3600 seconds.")
    return seconds
