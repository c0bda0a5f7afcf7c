"""The compose file: who listens where, with which rights and how much memory."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from registry import ROOT

DOCKER = ROOT / "Docker"
SERVICES = yaml.safe_load((DOCKER / "docker-compose.yml").read_text())["services"]
#: What people and other systems reach by contract; everything else is for this machine alone.
OPEN = {"auth-service", "workflow-api", "messaging-service", "notification-service", "ticket-service", "frontend"}
SERVERS = {"db", "rabbitmq", "mailpit"}
MONITORING = {"prometheus", "alertmanager", "grafana"}
DATABASES = {
    "auth": "authservice",
    "workflow": "workflowmanagement",
    "messaging": "messagingservice",
    "notification": "notificationservice",
    "ticket": "ticketmanagement",
}
FOLDERS = {
    "auth": "auth",
    "workflow": "workflow_api",
    "messaging": "messaging",
    "notification": "notification_service",
    "ticket": "ticket_service",
}
WELL_KNOWN = {
    "POSTGRES_PASSWORD": "postgrespass",
    "RABBITMQ_PASSWORD": "admin",
    "REDIS_PASSWORD": "redispass",
    **{f"{name.upper()}_{server}_PASSWORD": "servicepass" for name in DATABASES for server in ("DATABASE", "RABBITMQ")},
}


#: Where the servers' images would make a volume without a name for each container.
DATA_FOLDERS = {"POSTGRES": "/var/lib/postgresql/data", "RABBITMQ": "/var/lib/rabbitmq", "REDIS": "/data"}


class _Tagged(yaml.SafeLoader):
    """Reads Compose's own tags: what is reset is nothing, what is overridden is itself."""


_Tagged.add_constructor("!reset", lambda _loader, _node: None)
_Tagged.add_constructor(
    "!override",
    lambda loader, node: (
        loader.construct_sequence(node, deep=True)
        if isinstance(node, yaml.SequenceNode)
        else loader.construct_mapping(node, deep=True)
    ),
)


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(DOCKER / "with-secrets.sh"), "sh", str(DOCKER / "check-secrets.sh")]
    environment = {"DJANGO_ENV": "development", "PATH": os.environ["PATH"]} | environment
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_servers_listen_on_this_machine_only_unless_told_otherwise() -> None:
    publishing = {name for name, service in SERVICES.items() if service.get("ports")}

    assert publishing == OPEN | SERVERS | MONITORING
    for name in SERVERS | MONITORING:
        for port in SERVICES[name]["ports"]:
            assert port.startswith(("127.0.0.1:", "${SERVERS_BIND_HOST:-127.0.0.1}:")), (name, port)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_well_known_passwords_are_for_this_machine(host: str) -> None:
    assert check(SERVERS_BIND_HOST=host, **WELL_KNOWN).returncode == 0


@pytest.mark.parametrize("name", WELL_KNOWN)
def test_a_well_known_password_is_refused_by_name_where_others_could_use_it(name: str) -> None:
    own = dict.fromkeys(WELL_KNOWN, "k3-Zw=9")

    refused = check(SERVERS_BIND_HOST="192.0.2.1", **{**own, name: WELL_KNOWN[name]})
    assert refused.returncode == 1
    assert refused.stderr.rstrip().endswith(f": {name}")
    assert check(SERVERS_BIND_HOST="192.0.2.1", **own).returncode == 0


class TestProduction:
    OWN: ClassVar = dict.fromkeys(WELL_KNOWN, "k3-Zw=9") | {
        "DJANGO_ENV": "production",
        "SERVERS_BIND_HOST": "127.0.0.1",
        "DJANGO_SECRET_KEY": "k3-Zw=9",
        "NOTIFICATION_API_KEY": "k3-Zw=9",
    }

    def test_starts_with_secrets_of_its_own(self) -> None:
        assert check(**self.OWN).returncode == 0

    @pytest.mark.parametrize("name", WELL_KNOWN)
    def test_refuses_a_well_known_one_by_name_wherever_it_listens(self, name: str) -> None:
        refused = check(**{**self.OWN, name: WELL_KNOWN[name]})

        assert refused.returncode == 1
        assert refused.stderr.rstrip().endswith(f": {name}")

    @pytest.mark.parametrize("name", ["DJANGO_SECRET_KEY", "NOTIFICATION_API_KEY"])
    def test_refuses_a_missing_one_by_name(self, name: str) -> None:
        refused = check(**{**self.OWN, name: ""})

        assert refused.returncode == 1
        assert refused.stderr.rstrip().endswith(f": {name}")

    def test_takes_one_from_a_file_and_looks_at_what_it_holds(self, tmp_path: Path) -> None:
        (tmp_path / "good").write_text("k3-Zw=9 'with $igns\n")
        (tmp_path / "bad").write_text("postgrespass\n")
        published = {**self.OWN, "POSTGRES_PASSWORD": "postgrespass"}

        assert check(**published, POSTGRES_PASSWORD_FILE=str(tmp_path / "good")).returncode == 0
        assert check(**published, POSTGRES_PASSWORD_FILE=str(tmp_path / "bad")).returncode == 1
        missing = check(**published, POSTGRES_PASSWORD_FILE=str(tmp_path / "nowhere"))
        assert "POSTGRES_PASSWORD_FILE" in missing.stderr

    def test_leaves_the_passwords_of_servers_alone_that_it_does_not_start(self) -> None:
        assert check(**{**self.OWN, "POSTGRES_PASSWORD": "postgrespass"}, POSTGRES_CONTAINERS="0").returncode == 0


def test_the_check_sees_the_passwords_in_use_and_comes_before_everything() -> None:
    given = SERVICES["secrets-check"]["environment"]
    done = {"condition": "service_completed_successfully"}

    assert {name: f"${{{name}:-{value}}}" for name, value in WELL_KNOWN.items()}.items() <= given.items()
    for name in ("db", "rabbitmq", "redis", "database-setup", "broker-setup"):
        assert SERVICES[name]["depends_on"]["secrets-check"] == done, name


def test_a_file_s_value_reaches_the_command_as_it_is(tmp_path: Path) -> None:
    password = "p@ss 'w\"o$rd` \\n;#"
    (tmp_path / "secret").write_text(password + "\n")
    shown = subprocess.run(
        ["sh", str(DOCKER / "with-secrets.sh"), "sh", "-c", 'printf "%s|%s" "$A_PASSWORD" "${A_PASSWORD_FILE-none}"'],
        env={"PATH": os.environ["PATH"], "A_PASSWORD": "other", "A_PASSWORD_FILE": str(tmp_path / "secret")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert shown.stdout == f"{password}|none"


def containers_of(name: str) -> dict[str, dict[str, str]]:
    """Return the environments of a service's containers, its set-up included."""
    return {
        container: service["environment"]
        for container, service in SERVICES.items()
        if re.split("[-_]", container)[0] == name
    }


@pytest.mark.parametrize("name", DATABASES)
def test_each_service_signs_in_with_its_own_login_and_migrates_as_the_owner(name: str) -> None:
    found = containers_of(name)
    owner = found.pop(f"{name}-setup")

    assert len(found) >= 2
    for environment in found.values():
        assert environment["DATABASE_URL"] == f"${{{name.upper()}_DATABASE_URL:-}}"
        assert environment["DATABASE_SERVER_URL"] == f"${{DATABASE_URL:-postgres://{DATABASES[name]}:@db:5432/}}"
        assert environment["DATABASE_SERVER_URL_PASSWORD"] == f"${{{name.upper()}_DATABASE_PASSWORD:-servicepass}}"
    assert owner["DATABASE_SERVER_URL"] == "${DATABASE_URL:-postgres://${POSTGRES_USER:-postgres}:@db:5432/}"
    assert owner["DATABASE_SERVER_URL_PASSWORD"] == "${POSTGRES_PASSWORD:-postgrespass}"
    assert SERVICES[f"{name}-setup"]["depends_on"] == {
        "database-setup": {"condition": "service_completed_successfully"}
    }


@pytest.mark.parametrize("name", DATABASES)
def test_the_database_of_a_shared_server_is_the_one_that_set_up_makes(name: str) -> None:
    """The compose file names none: each service takes the one of its settings."""
    settings = (ROOT / FOLDERS[name] / "config" / "settings.py").read_text()

    assert f'env.database("{DATABASES[name]}")' in settings


def test_each_service_signs_in_at_the_broker_with_its_own_login() -> None:
    made = SERVICES["broker-setup"]["environment"]

    for name, folder in FOLDERS.items():
        variable = f"{name.upper()}_RABBITMQ_PASSWORD"
        # broker_setup looks for the first word of the service's name.
        assert variable == f"{folder.partition('_')[0].upper()}_RABBITMQ_PASSWORD"
        assert made[variable] == f"${{{variable}:-servicepass}}"
        for environment in containers_of(name).values():
            assert environment["RABBITMQ_URL"] == f"${{RABBITMQ_URL:-amqp://{folder}:@rabbitmq:5672/%2F}}"
            assert environment["RABBITMQ_URL_PASSWORD"] == f"${{{variable}:-servicepass}}"


def test_every_database_gets_its_login() -> None:
    pairs = re.findall(r"^(\w+) (\w+_DATABASE_PASSWORD)$", Path(DOCKER / "database" / "setup.sh").read_text(), re.M)

    assert dict(pairs) == {database: f"{name.upper()}_DATABASE_PASSWORD" for name, database in DATABASES.items()}


def test_every_container_has_a_limit_of_memory() -> None:
    assert [name for name, service in SERVICES.items() if "mem_limit" not in service] == []


def test_images_can_be_pinned_by_digest() -> None:
    named = {service["image"] for service in SERVICES.values() if not service["image"].startswith("ticket-tracking/")}

    assert all(re.fullmatch(r"\$\{[A-Z]+_IMAGE:-[\w./-]+:[\w.-]+\}", image) for image in named), named


def test_every_container_is_confined() -> None:
    """No file system of its own to write to, no new rights, a log that can't fill the disk."""
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
        if service["image"].startswith("ticket-tracking/") and name != "frontend":
            assert service["cap_drop"] == ["ALL"], name


def test_no_container_makes_a_volume_without_a_name() -> None:
    for name, service in SERVICES.items():
        targets = {mount.rpartition(":")[0] for mount in service.get("tmpfs", []) if ":" in mount}
        targets |= {mount for mount in service.get("tmpfs", []) if ":" not in mount}
        targets |= {re.sub(r"\$\{[^}]*\}", "", mount).split(":")[1] for mount in service.get("volumes", [])}
        for image, folder in DATA_FOLDERS.items():
            if f"${{{image}_IMAGE" in service["image"]:
                assert folder in targets, name
    assert not re.search("^VOLUME", (DOCKER / "service.Dockerfile").read_text(), re.MULTILINE)


class TestRoot:
    """`docker compose up` in the repository's root, and with -f Docker/docker-compose.yml, obey the root's `.env`."""

    def test_it_includes_the_real_file_under_the_same_name(self) -> None:
        root = yaml.safe_load((ROOT / "compose.yaml").read_text())

        assert root == {"name": "ticket-tracking", "include": ["Docker/docker-compose.yml"]}
        assert yaml.safe_load((DOCKER / "docker-compose.yml").read_text())["name"] == root["name"]

    def test_the_real_file_s_own_env_is_the_root_s(self) -> None:
        assert (DOCKER / ".env").readlink() == Path("../.env")

    @pytest.mark.skipif(shutil.which("docker") is None, reason="needs Docker's client")
    @pytest.mark.parametrize("folder", [".", "Docker"])
    def test_production_in_the_file_takes_effect(self, tmp_path: Path, folder: str) -> None:
        if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
            pytest.skip("needs Docker Compose")
        shutil.copy(ROOT / "compose.yaml", tmp_path)
        shutil.copytree(DOCKER, tmp_path / "Docker", symlinks=True)
        (tmp_path / ".env").write_text("DJANGO_ENV=production\nSOCKET_RATE=3\n")
        shown = subprocess.run(
            ["docker", "compose", "config", "--format", "json"],
            cwd=tmp_path / folder,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=True,
        )

        services = json.loads(shown.stdout)["services"]
        assert services["secrets-check"]["environment"]["DJANGO_ENV"] == "production"
        assert services["messaging-service"]["environment"]["DJANGO_ENV"] == "production"
        assert services["messaging-service"]["environment"]["SOCKET_RATE"] == "3"


class TestProductionFile:
    """`Docker/compose.prod.yml`: what differs from the development file."""

    CHANGES: ClassVar = yaml.load((DOCKER / "production.yml").read_text(), _Tagged)["services"]  # noqa: S506

    def test_two_of_everything_that_works(self) -> None:
        least = {
            name: int(re.findall(r"\d+", str(service["deploy"]["replicas"]))[-1])
            for name, service in self.CHANGES.items()
            if "deploy" in service
        }

        working = {
            name
            for name, service in SERVICES.items()
            if service.get("restart") != "no" and service["image"].startswith("ticket-tracking/")
        }
        assert {name for name in working if not name.startswith("ticket-")} - {"frontend"} == set(least)
        assert least.pop("workflow-api") == 3
        assert least.pop("notification-mailbox") == 0, "started by who has a mailbox"
        assert set(least.values()) == {2}

    def test_nothing_but_the_gateway_has_a_port_or_an_address_of_its_own(self) -> None:
        assert {name for name, service in SERVICES.items() if service.get("ports")} == {
            name for name, service in self.CHANGES.items() if "ports" in service
        } | {"mailpit"} | MONITORING
        assert {name for name, service in self.CHANGES.items() if service.get("ports")} == {"frontend"}
        fixed = [
            name
            for name, service in SERVICES.items()
            if isinstance(service.get("networks"), dict) and "ipv4_address" in str(service["networks"])
        ]
        assert fixed == ["frontend"]
        assert self.CHANGES["frontend"]["networks"] == {"backend": {}}

    def test_every_secret_comes_from_a_file_that_the_script_makes(self, tmp_path: Path) -> None:
        files = dict(re.findall(r"^(\w+)_FILE=/run/secrets/(\w+)$", (DOCKER / "production.env").read_text(), re.M))
        made = tmp_path / "secrets"
        subprocess.run([DOCKER / "make-secrets.sh", made], check=True, capture_output=True)

        assert set(files) == {*WELL_KNOWN, "DJANGO_SECRET_KEY", "NOTIFICATION_API_KEY"}
        values = {path.name: path.read_text() for path in made.iterdir()}
        assert set(values) == set(files.values())
        assert len(set(values.values())) == len(values)
        assert all(re.fullmatch("[0-9A-Za-z]{50,}", value) for value in values.values())
        assert {path.stat().st_mode & 0o077 for path in made.iterdir()} == {0}
        subprocess.run([DOCKER / "make-secrets.sh", made], check=True, capture_output=True)
        assert {path.name: path.read_text() for path in made.iterdir()} == values

    @pytest.mark.skipif(shutil.which("docker") is None, reason="needs Docker's client")
    @pytest.mark.parametrize(
        ("dotenv", "says"), [("EMAIL_HOST=mail\n", "FRONTEND_URL"), ("FRONTEND_URL=https://x\n", "EMAIL_HOST")]
    )
    def test_what_has_to_be_set_is_named(self, tmp_path: Path, dotenv: str, says: str) -> None:
        shown = self.config(tmp_path, dotenv)

        assert shown.returncode != 0
        assert says in shown.stderr

    @pytest.mark.skipif(shutil.which("docker") is None, reason="needs Docker's client")
    def test_the_environment_file_goes_before_the_values_of_production(self, tmp_path: Path) -> None:
        own = "FRONTEND_URL=https://x.example.com\nEMAIL_HOST=mail\nREDIS_PASSWORD_FILE=\nREDIS_PASSWORD=k3\nWORKERS=5\nLOG_FORMAT=x\nAMS_URL=a\n"
        services = json.loads(self.config(tmp_path, own).stdout)["services"]

        workflow = services["workflow-worker"]
        assert workflow["deploy"]["replicas"] == 5
        assert (
            workflow["environment"].items()
            >= {
                "DJANGO_ENV": "production",
                "DJANGO_SECRET_KEY_FILE": "/run/secrets/django_secret_key",
                "AMS_URL": "a",
                "REDIS_URL_PASSWORD": "k3",
                "REDIS_URL_PASSWORD_FILE": "",
                "RABBITMQ_URL_PASSWORD_FILE": "/run/secrets/workflow_rabbitmq_password",
                "CORS_ALLOWED_ORIGINS": "https://x.example.com",
                "TRUSTED_PROXIES": "172.30.77.0/24",
            }.items()
        )
        assert "ticket-service" not in services
        assert "mailpit" not in services
        for container in services.values():
            assert not any(
                value is None and f"{name}=" in (DOCKER / "production.env").read_text()
                for name, value in container["environment"].items()
            )

    def config(self, folder: Path, dotenv: str) -> subprocess.CompletedProcess[str]:
        if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
            pytest.skip("needs Docker Compose")
        shutil.copytree(DOCKER, folder / "Docker", symlinks=True)
        (folder / ".env").write_text(dotenv)
        command = ["docker", "compose", "-f", "Docker/compose.prod.yml", "config", "--format", "json"]
        return subprocess.run(
            command, cwd=folder, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
        )
