"""Production starts only with secrets of its own; the message names the variable."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from ticketing_common.celery import celery_settings
from ticketing_common.env import Env, split_urls
from ticketing_common.settings import attachment_storages

NAMES = (
    *("DJANGO_ENV", "SECRET", "SECRET_FILE", "URL", "URL_PASSWORD", "FLAG", "NUMBER", "ITEMS"),
    *("DATABASE_URL", "DATABASE_SERVER_URL", "DATABASE_SERVER_URL_PASSWORD", "DATABASE_CONN_MAX_AGE"),
    *("DATABASE_URL_PASSWORD"),
)


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

    def test_a_replica_has_the_login_of_the_database_that_it_copies(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        env = make(tmp_path)
        assert env.replica("DATABASE_REPLICA_URL") == {}
        monkeypatch.setenv("DATABASE_REPLICA_URL", "postgres://reader:@db2.example.com/workflowmanagement")
        monkeypatch.setenv("DATABASE_URL_PASSWORD", "a/b")

        found = env.replica("DATABASE_REPLICA_URL")["replica"]

        assert (found["USER"], found["PASSWORD"], found["HOST"]) == ("reader", "a/b", "db2.example.com")
        assert found["OPTIONS"]["connect_timeout"] == 5

    def test_reads_a_file(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("SECRET=from-the-file\n")

        assert Env("workflow_api", tmp_path).secret("SECRET", "x") == "from-the-file"

    @pytest.mark.parametrize(
        ("line", "value"),
        [
            ("SECRET=plain   # a comment", "plain"),
            ("SECRET=with#sign", "with#sign"),
            ("SECRET='quoted # not a comment'  # a comment", "quoted # not a comment"),
            ("SECRET=   # nothing", "the default"),
        ],
    )
    def test_a_comment_may_follow_a_value_in_the_file(self, tmp_path: Path, line: str, value: str) -> None:
        (tmp_path / ".env").write_text(line + "\n")

        assert Env("workflow_api", tmp_path).secret("SECRET", "the default") == value

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


class TestFiles:
    def test_a_value_may_stand_in_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "secret").write_text("from a secret store\n")
        monkeypatch.setenv("SECRET_FILE", str(tmp_path / "secret"))
        monkeypatch.setenv("SECRET", "changeme")
        monkeypatch.setenv("DJANGO_ENV", "production")

        assert make(tmp_path).secret("SECRET", "default") == "from a secret store"

    def test_a_file_that_is_not_there_stops_the_start_by_name(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SECRET_FILE", str(tmp_path / "nowhere"))

        with pytest.raises(ImproperlyConfigured, match=r"^SECRET_FILE cannot be read"):
            make(tmp_path).text("SECRET")

    def test_what_a_file_holds_is_checked_like_any_other_value(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "secret").write_text("changeme\n")
        monkeypatch.setenv("SECRET_FILE", str(tmp_path / "secret"))
        monkeypatch.setenv("DJANGO_ENV", "production")

        with pytest.raises(ImproperlyConfigured, match="SECRET has a well-known value"):
            make(tmp_path).secret("SECRET", "default")


class TestUrls:
    PASSWORD = "p@ss/w:rd%?#, ü"

    def test_an_empty_place_for_the_password_is_filled_and_escaped(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("URL", "amqp://user:@one:5672/%2F, amqp://user:@two:5672/%2F")
        monkeypatch.setenv("URL_PASSWORD", self.PASSWORD)

        urls = split_urls(make(tmp_path).url_with_secret("URL", ""))

        assert [urlsplit(url).hostname for url in urls] == ["one", "two"]
        assert {unquote(urlsplit(url).password or "") for url in urls} == {self.PASSWORD}
        assert {urlsplit(url).path for url in urls} == {"/%2F"}

    @pytest.mark.parametrize("url", ["redis://cache:6379/0", "amqp://user:own@one:5672/", "amqp://user@one:5672/"])
    def test_a_url_without_such_a_place_stays_as_it_is(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        monkeypatch.setenv("URL", url)
        monkeypatch.setenv("URL_PASSWORD", self.PASSWORD)

        assert make(tmp_path).url_with_secret("URL", "") == url

    def test_each_of_several_is_looked_at_in_production(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DJANGO_ENV", "production")
        monkeypatch.setenv("URL", "amqp://user:k3-Zw=9@one:5672/,amqp://user:@two:5672/")
        monkeypatch.setenv("URL_PASSWORD", "servicepass")

        with pytest.raises(ImproperlyConfigured, match="URL holds a well-known password"):
            make(tmp_path).url_with_secret("URL", "")

    def test_a_service_takes_its_own_database_on_a_server_for_all(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_SERVER_URL", "postgres://owner:@db.example.com:5432/?sslmode=verify-full")
        monkeypatch.setenv("DATABASE_SERVER_URL_PASSWORD", self.PASSWORD)

        database = make(tmp_path).database("workflowmanagement")

        assert (database["NAME"], database["HOST"]) == ("workflowmanagement", "db.example.com")
        assert database["PASSWORD"] == self.PASSWORD
        assert database["OPTIONS"]["sslmode"] == "verify-full"


class TestTls:
    """In production what crosses a network of others is encrypted, and the server's name is verified."""

    @pytest.fixture
    def env(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Env:
        for name in ("RABBITMQ_URL", "REDIS_URL", "DATABASE_TLS", "RABBITMQ_TLS", "REDIS_TLS", "SSL_CERT_FILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DJANGO_ENV", "production")
        return make(tmp_path)

    @pytest.mark.parametrize(
        ("name", "url", "says"),
        [
            ("RABBITMQ_URL", "amqp://a:b3@mq.example.com/", "amqps"),
            ("RABBITMQ_URL", "amqps://a:b3@one.example.com/,amqp://a:b3@two.example.com/", "amqps"),
            ("RABBITMQ_MANAGEMENT_URL", "http://a:b3@192.0.2.1:15672", "https"),
            ("REDIS_URL", "redis://:b3@cache.example.com:6379/0", "rediss"),
            ("DATABASE_URL", "postgres://a:b3@db.example.com/x?sslmode=require", "sslmode=verify-full"),
            ("DATABASE_SERVER_URL", "postgres://a:b3@db.example.com/?sslmode=disable", "sslmode=verify-full"),
        ],
    )
    def test_a_plain_line_to_a_foreign_server_is_refused_unless_it_is_allowed_by_name(
        self, env: Env, monkeypatch: pytest.MonkeyPatch, name: str, url: str, says: str
    ) -> None:
        monkeypatch.setenv(name, url)

        with pytest.raises(ImproperlyConfigured, match=f"{name} must use .*{says}"):
            env.url_with_secret(name, "")
        monkeypatch.setenv(f"{name.partition('_')[0]}_TLS", "false")
        assert env.url_with_secret(name, "") == url

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "rabbitmq"])
    def test_this_machine_and_the_containers_beside_need_none(
        self, env: Env, monkeypatch: pytest.MonkeyPatch, host: str
    ) -> None:
        monkeypatch.setenv("RABBITMQ_URL", f"amqp://a:b3@{host}:5672/")

        assert env.url_with_secret("RABBITMQ_URL", "").startswith("amqp://")

    def test_a_foreign_database_is_verified_without_being_asked_to(
        self, env: Env, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgres://a:b3@db.example.com/x")

        assert env.database("x")["OPTIONS"].items() >= {"sslmode": "verify-full", "sslrootcert": "system"}.items()
        monkeypatch.setenv("SSL_CERT_FILE", "/etc/own-authority.pem")
        assert env.database("x")["OPTIONS"]["sslrootcert"] == "/etc/own-authority.pem"
        monkeypatch.setenv("DATABASE_TLS", "false")
        assert "sslmode" not in env.database("x")["OPTIONS"]

    def test_workers_compare_the_brokers_name_with_its_certificate(self) -> None:
        assert celery_settings("auth", "amqps://a:b3@mq.example.com/")["broker_use_ssl"] == {"server_hostname": None}
        assert "broker_use_ssl" not in celery_settings("auth", "amqp://a:b3@rabbitmq/")


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
