"""Production starts only with secrets of its own; the message names the variable."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from ticketing_common.env import Env
from ticketing_common.settings import attachment_storages

NAMES = ("DJANGO_ENV", "SECRET", "URL", "FLAG", "NUMBER", "ITEMS", "DATABASE_URL", "DATABASE_CONN_MAX_AGE")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def make(folder: Path) -> Env:
    (folder / ".env").touch()
    return Env("workflow_api", folder)


class TestDevelopment:
    def test_uses_its_defaults(self, tmp_path: Path) -> None:
        env = make(tmp_path)

        assert env.secret("SECRET", "only-here") == "only-here"
        assert env.database("workflowmanagement")["PORT"] == 5433
        assert env.database("workflowmanagement")["CONN_MAX_AGE"] == 600
        assert env.database("workflowmanagement")["CONN_HEALTH_CHECKS"] is True

    def test_reads_a_file(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("SECRET=from-the-file\n")

        assert Env("workflow_api", tmp_path).secret("SECRET", "x") == "from-the-file"

    def test_the_environment_wins_over_the_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / ".env").write_text("SECRET=from-the-file\n")
        monkeypatch.setenv("SECRET", "from-outside")

        assert Env("workflow_api", tmp_path).secret("SECRET", "x") == "from-outside"


class TestProduction:
    @pytest.fixture
    def env(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Env:
        monkeypatch.setenv("DJANGO_ENV", "production")
        return make(tmp_path)

    def test_stops_when_a_secret_is_missing(self, env: Env) -> None:
        with pytest.raises(ImproperlyConfigured, match="SECRET must be set"):
            env.secret("SECRET", "default")

    @pytest.mark.parametrize("value", ["default", "admin", "postgrespass", "changeme"])
    def test_stops_when_a_secret_is_well_known(self, env: Env, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        monkeypatch.setenv("SECRET", value)

        with pytest.raises(ImproperlyConfigured, match="SECRET has a well-known value"):
            env.secret("SECRET", "default")

    def test_stops_when_a_url_holds_a_well_known_password(self, env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("URL", "amqp://admin:admin@broker:5672/")

        with pytest.raises(ImproperlyConfigured, match="URL holds a well-known password"):
            env.url_with_secret("URL", "")

    def test_starts_with_secrets_of_its_own(self, env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SECRET", "a-long-random-value")
        monkeypatch.setenv("DATABASE_URL", "postgres://app:a-long-random-value@db:5432/workflowmanagement")

        assert env.secret("SECRET", "default") == "a-long-random-value"
        assert env.database("workflowmanagement")["HOST"] == "db"


def test_an_unknown_environment_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ENV", "prod")

    with pytest.raises(ImproperlyConfigured, match="DJANGO_ENV"):
        make(tmp_path)


@pytest.mark.parametrize(("text", "value"), [("true", True), ("1", True), ("off", False), ("No", False)])
def test_flags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("FLAG", text)

    assert make(tmp_path).flag("FLAG", not value) is value


def test_a_flag_that_is_neither_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG", "perhaps")

    with pytest.raises(ImproperlyConfigured, match="FLAG"):
        make(tmp_path).flag("FLAG", True)


def test_lists_are_split_at_commas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITEMS", " a, b ,,c")

    assert make(tmp_path).items("ITEMS") == ["a", "b", "c"]


def test_an_empty_variable_is_one_that_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG", "")
    monkeypatch.setenv("NUMBER", "")

    assert make(tmp_path).flag("FLAG", True) is True
    assert make(tmp_path).integer("NUMBER", 3) == 3


def test_a_number_that_is_none_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBER", "three")

    with pytest.raises(ImproperlyConfigured, match="NUMBER"):
        make(tmp_path).integer("NUMBER", 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [("ATTACHMENT_STORAGE", "nowhere.at.all.Storage"), ("ATTACHMENT_STORAGE_OPTIONS", "bucket=tickets")],
)
def test_a_store_that_can_not_be_used_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=f"^{name}"):
        attachment_storages(make(tmp_path))
