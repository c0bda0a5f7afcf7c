"""The compose file: who listens where, with which rights and how much memory."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from registry import ROOT

DOCKER = ROOT / "Docker"
SERVICES = yaml.safe_load((DOCKER / "docker-compose.yml").read_text())["services"]
#: What people and other systems reach by contract; everything else is for this machine alone.
OPEN = {"auth-service", "workflow-api", "messaging-service", "notification-service", "ticket-service", "frontend"}
SERVERS = {"db", "rabbitmq", "mailpit"}
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


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(DOCKER / "listen-check.sh")], env=environment, capture_output=True, text=True, check=False
    )


def test_servers_listen_on_this_machine_only_unless_told_otherwise() -> None:
    publishing = {name for name, service in SERVICES.items() if service.get("ports")}

    assert publishing == OPEN | SERVERS
    for name in SERVERS:
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


def test_the_check_sees_the_passwords_in_use_and_comes_before_the_servers_that_publish_ports() -> None:
    given = SERVICES["listen-check"]["environment"]

    assert {name: f"${{{name}:-{value}}}" for name, value in WELL_KNOWN.items()}.items() <= given.items()
    for name in ("db", "rabbitmq"):
        assert SERVICES[name]["depends_on"]["listen-check"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", DATABASES)
def test_each_service_signs_in_with_its_own_login_and_migrates_as_the_owner(name: str) -> None:
    urls = {
        container: service["environment"]["DATABASE_URL"]
        for container, service in SERVICES.items()
        if re.split("[-_]", container)[0] == name and isinstance(service.get("environment"), dict)
    }
    owner = urls.pop(f"{name}-setup")

    assert len(urls) >= 2
    assert set(urls.values()) == {
        f"postgres://{DATABASES[name]}:${{{name.upper()}_DATABASE_PASSWORD:-servicepass}}@db:5432/{DATABASES[name]}"
    }
    assert owner.startswith("postgres://${POSTGRES_USER:-postgres}:")
    assert SERVICES[f"{name}-setup"]["depends_on"] == {
        "database-setup": {"condition": "service_completed_successfully"}
    }


def test_each_service_signs_in_at_the_broker_with_its_own_login() -> None:
    made = dict(
        pair.strip().split(":", 1) for pair in SERVICES["broker-setup"]["environment"]["RABBITMQ_LOGINS"].split(",")
    )

    for name, folder in FOLDERS.items():
        password = f"${{{name.upper()}_RABBITMQ_PASSWORD:-servicepass}}"
        urls = {
            service["environment"]["RABBITMQ_URL"]
            for container, service in SERVICES.items()
            if re.split("[-_]", container)[0] == name
        }
        assert urls == {f"amqp://{folder}:{password}@rabbitmq:5672/%2F"}
        assert made[folder] == password


def test_every_database_gets_its_login() -> None:
    pairs = re.findall(r"^(\w+) (\w+_DATABASE_PASSWORD)$", Path(DOCKER / "database" / "setup.sh").read_text(), re.M)

    assert dict(pairs) == {database: f"{name.upper()}_DATABASE_PASSWORD" for name, database in DATABASES.items()}


def test_every_container_has_a_limit_of_memory() -> None:
    assert [name for name, service in SERVICES.items() if "mem_limit" not in service] == []


def test_images_can_be_pinned_by_digest() -> None:
    named = {service["image"] for service in SERVICES.values() if not service["image"].startswith("ticket-tracking/")}

    assert all(re.fullmatch(r"\$\{[A-Z]+_IMAGE:-[\w./-]+:[\w.-]+\}", image) for image in named), named
