"""Where the command finds address and credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts_client.cli.settings import SettingsError, default_file, read_settings


def config(folder: Path, text: str, *, mode: int = 0o600) -> Path:
    file = folder / "config.toml"
    file.write_text(text)
    file.chmod(mode)
    return file


FULL = 'url = "https://file.example.com"\napi_key = "of-file"\ntimeout = 5\n[services]\nticket = "http://t:8004"\n'


def test_the_file_says_everything(tmp_path: Path) -> None:
    found = read_settings(config(tmp_path, FULL), {})

    assert (found.url, found.api_key, found.timeout) == ("https://file.example.com", "of-file", 5)
    assert found.services == {"ticket": "http://t:8004"}


def test_the_environment_counts_before_the_file_and_options_before_both(tmp_path: Path) -> None:
    environment = {
        "TTS_URL": "https://env.example.com",
        "TTS_EMAIL": "noor@example.com",
        "TTS_PASSWORD": "Sesam",
        "TTS_TIMEOUT": "7",
        "TTS_TICKET_URL": "http://other:1",
    }
    found = read_settings(config(tmp_path, FULL), environment)

    assert (found.url, found.timeout, found.email) == ("https://env.example.com", 7, "noor@example.com")
    assert found.api_key == ""  # the credentials are of one source
    assert found.services == {"ticket": "http://other:1"}
    over = read_settings(config(tmp_path, FULL), environment, url="https://option.example.com", timeout=9)
    assert (over.url, over.timeout) == ("https://option.example.com", 9)


def test_the_usual_file_may_be_missing_a_named_one_not(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}

    assert read_settings(None, environment).url == ""
    with pytest.raises(SettingsError, match="No such file"):
        read_settings(None, environment | {"TTS_CONFIG": str(tmp_path / "none.toml")})


def test_the_usual_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "tts").mkdir()
    config(tmp_path / "tts", FULL)

    assert read_settings(None, {"XDG_CONFIG_HOME": str(tmp_path)}).api_key == "of-file"
    assert default_file({"HOME": "/home/noor"}) == Path("/home/noor/.config/tts/config.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("url = ", "Invalid value"),
        ('adress = "https://tickets.example.com"', "adress is no setting"),
        ("url = 5", "url must be a text"),
        ('[services]\ntickets = "http://t"', "tickets is no service"),
        ("services = 5", "services must name"),
        ('timeout = "soon"', "must be a number"),
        ("timeout = 0", "above 0"),
        ("timeout = nan", "above 0"),
    ],
)
def test_what_can_not_be_used_is_said_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_settings(config(tmp_path, text), {})


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="chmod 600"):
        read_settings(config(tmp_path, 'api_key = "k"', mode=0o644), {})

    assert read_settings(config(tmp_path, 'url = "https://tickets.example.com"', mode=0o644), {}).url


def test_secrets_are_not_shown_with_the_settings(tmp_path: Path) -> None:
    assert "of-file" not in repr(read_settings(config(tmp_path, FULL), {}))
