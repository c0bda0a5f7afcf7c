"""The Kubernetes manifests run what compose runs in production, as the documentation says, and keep no secret."""

from __future__ import annotations

import base64
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from manifests import (
    COMPOSE,
    MANIFESTS,
    MOCK,
    OPERATORS,
    PROCESSES,
    PRODUCTION,
    RENDERS,
    ROOT,
    app,
    containers,
    default,
    environment,
    faults,
    load,
    of_kind,
    pod,
    unknown_fields,
    walk,
)
from test_environment_variables import INTERNAL, documented

from native import kubernetes
from native.services import BY_NAME

OVERLAYS = ["production", "small"]
#: Of Kubernetes; the manifests say which newer things they use.
VERSIONS = ["1.30.0", "1.37.0"]
#: What production.env and secrets.sh do not make, with its keys: docs/operations/kubernetes.md says how it gets there.
OTHERS = {
    "postgres-ca": {"ca.crt"},
    "rabbitmq-default-user": {"username", "password"},
    "smtp": {"password"},
    "attachment-store": {"access_key_id", "secret_access_key"},
    "backup-store": {"access_key_id", "secret_access_key"},
    "gateway-tls": set(),
}


class TestRenders:
    @pytest.mark.parametrize("name", kubernetes.OVERLAYS)
    def test_they_are_of_these_sources(self, name: str) -> None:
        text = (RENDERS / f"{name}.yaml").read_text()

        assert f"# sources: {kubernetes.digest()}\n" in text, "run scripts/gen-kubernetes"

    @pytest.mark.parametrize("name", kubernetes.OVERLAYS)
    def test_kustomize_makes_the_same(self, name: str) -> None:
        if not kubernetes.kustomize():
            pytest.skip("neither kubectl nor kustomize is here; the digest of the sources is compared above")

        made = yaml.load_all(kubernetes.render(name), Loader=yaml.CSafeLoader)
        by_name = {(found["kind"], found["metadata"]["name"]): found for found in made}
        # Versions of Kustomize differ in the order.
        assert by_name == {(found["kind"], found["metadata"]["name"]): found for found in load(name)}

    def test_the_alert_rules_are_those_of_compose(self) -> None:
        ours = yaml.safe_load((ROOT / "Docker" / "monitoring" / "alerts.yml").read_text())

        assert kubernetes.RULES.read_text() == kubernetes.rules(), "run scripts/gen-kubernetes"
        assert of_kind("production", "PrometheusRule")["ticket-tracking"]["spec"] == ours


class TestSchemas:
    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("name", OVERLAYS)
    def test_kubernetes_takes_its_own_kinds(self, name: str, version: str) -> None:
        own = [found for found in load(name) if found["kind"] not in OPERATORS]

        assert len(own) > 50
        assert [fault for found in own for fault in faults(found, version)] == []

    @pytest.mark.parametrize("name", kubernetes.OVERLAYS)
    def test_operators_kinds_have_fields_that_were_looked_up(self, name: str) -> None:
        for found in load(name):
            if found["kind"] in OPERATORS:
                assert found["apiVersion"] == OPERATORS[found["kind"]][0]
                assert unknown_fields(found) == set(), found["kind"]

    @pytest.mark.parametrize(
        ("kind", "change"),
        [("Deployment", {"replicsa": 2}), ("NetworkPolicy", {"ingres": []}), ("HorizontalPodAutoscaler", {"x": 1})],
    )
    def test_a_field_that_is_misspelt_is_found(self, kind: str, change: dict[str, object]) -> None:
        found = next(each for each in load("production") if each["kind"] == kind)

        assert faults(found, VERSIONS[-1]) == []
        assert len(faults(found | {"spec": found["spec"] | change}, VERSIONS[-1])) == 1


class TestProcesses:
    def test_every_process_of_the_production_file_has_a_workload(self) -> None:
        ours = set(of_kind("production", "Deployment"))

        assert len(ours) > 15
        assert ours - {"redis"} == PROCESSES - MOCK
        assert set(of_kind("small", "Deployment")) - {"redis", "mailpit"} == PROCESSES

    @pytest.mark.parametrize("name", sorted(PROCESSES - {"frontend"}))
    def test_it_runs_the_same_command_of_the_same_image(self, name: str) -> None:
        container = app(of_kind("small", "Deployment")[name])

        assert container.get("command") == COMPOSE[name].get("command")
        assert container["image"].partition(":")[0] == COMPOSE[name]["image"]

    def test_the_gateway_runs_as_in_the_production_file(self) -> None:
        assert app(of_kind("production", "Deployment")["frontend"])["args"] == PRODUCTION["frontend"]["command"]

    @pytest.mark.parametrize("name", [f"{name}-setup" for name in ("broker", *BY_NAME)])
    def test_the_set_up_is_that_of_compose(self, name: str) -> None:
        command = list(COMPOSE[name]["command"])
        if name == "broker-setup":
            command[-1] = "120"  # pods of three nodes take their time

        assert app(of_kind("small", "Job")[name])["command"] == command

    def test_no_process_starts_before_the_migrations_of_its_version(self) -> None:
        for name in OVERLAYS:
            for process, workload in of_kind(name, "Deployment").items():
                if process in PROCESSES - {"frontend"}:
                    (first,) = pod(workload)["initContainers"]
                    assert first["command"] == ["python", "manage.py", "migrate", "--check"]
                    assert first["image"] == app(workload)["image"]
                    assert environment(name, first).items() <= environment(name, app(workload)).items()

    @pytest.mark.parametrize("name", sorted(PROCESSES - MOCK))
    def test_production_runs_as_many(self, name: str) -> None:
        scaled = of_kind("production", "HorizontalPodAutoscaler") | of_kind("production", "ScaledObject")
        workload = of_kind("production", "Deployment")[name]["spec"]
        wanted = int(default(PRODUCTION.get(name, {}).get("deploy", {}).get("replicas", 1)))

        if name in scaled:
            spec = scaled[name]["spec"]
            assert "replicas" not in workload, "an apply would undo the scaling"
            least = spec.get("minReplicas", spec.get("minReplicaCount"))
            assert least == (2 if name == "frontend" else wanted)
            assert spec.get("maxReplicas", spec.get("maxReplicaCount")) > least
        else:
            assert workload["replicas"] == wanted

    def test_small_runs_one_of_each(self) -> None:
        counts = {name: each["spec"].get("replicas", 1) for name, each in of_kind("small", "Deployment").items()}
        assert counts.pop("notification-mailbox") == 0, "started by who has a mailbox"
        assert set(counts.values()) == {1}
        assert {each["spec"]["instances"] for each in of_kind("small", "Cluster").values()} == {1}
        assert of_kind("small", "HorizontalPodAutoscaler", "ScaledObject", "PodDisruptionBudget") == {}


class TestSettings:
    @pytest.mark.parametrize("name", OVERLAYS)
    def test_every_variable_is_documented(self, name: str) -> None:
        # The image's own, and names that only build other values.
        internal = INTERNAL | {"GATEWAY_LISTEN", "NGINX_ENTRYPOINT_LOCAL_RESOLVERS", "NAMESPACE", "ADMINISTRATOR"}
        internal |= {"REDISCLI_AUTH", "SERVICE_LOGIN"}
        known = documented()
        for workload in of_kind(name, "Deployment", "Job").values():
            for container in containers(workload):
                given = {each.removesuffix("_FILE") for each in environment(name, container) if each not in known}
                unknown = given - known - internal
                assert {each for each in unknown if not re.match(r"PG[A-Z]+$|[A-Z]+_UPSTREAM$", each)} == set()

    @pytest.mark.parametrize("name", sorted(PROCESSES - {"frontend"}))
    def test_it_has_the_values_of_compose_where_servers_and_addresses_are_the_same(self, name: str) -> None:
        """Where both have a value it is the same one, but for what is listed here."""
        given = environment("small", app(of_kind("small", "Deployment")[name]))
        differing = {
            *("DATABASE_SERVER_URL", "FRONTEND_URL", "CORS_ALLOWED_ORIGINS", "TRUSTED_PROXIES", "EMAIL_HOST"),
            *("DJANGO_ENV", "WATCHDOG_SECONDS"),
        }
        compared = {}
        for variable, value in COMPOSE[name]["environment"].items():
            if default(value) and variable in given and not variable.endswith("_FILE"):
                compared[variable] = (given[variable], default(value))

        assert len(compared) > 8
        assert {key: pair for key, pair in compared.items() if pair[0] != pair[1]}.keys() <= differing
        login = urlsplit(str(given["DATABASE_SERVER_URL"])).username
        assert login == urlsplit(default(COMPOSE[name]["environment"]["DATABASE_SERVER_URL"])).username

    @pytest.mark.parametrize("name", OVERLAYS)
    def test_every_file_that_a_variable_names_is_mounted(self, name: str) -> None:
        checked = 0
        for workload in of_kind(name, "Deployment", "Job").values():
            volumes = {volume["name"]: volume for volume in pod(workload)["volumes"]}
            for container in pod(workload)["containers"]:
                there = set()
                for mount in container["volumeMounts"]:
                    volume = volumes[mount["name"]]
                    for source in volume.get("projected", {}).get("sources", []) or [volume]:
                        secret = source.get("secret", {})
                        items = secret.get("items") or [
                            {"path": key} for key in OTHERS.get(secret.get("secretName", ""), ())
                        ]
                        there |= {f"{mount['mountPath']}/{item['path']}" for item in items}
                wanted = {
                    value
                    for variable, value in environment(name, container).items()
                    if variable.endswith("_FILE") and value and value.startswith("/run/")
                }
                if workload["metadata"]["name"] != "frontend":  # reads settings, and no secret of them
                    assert wanted <= there, workload["metadata"]["name"]
                    checked += len(wanted)
        assert checked > 60

    def test_the_gateway_has_what_its_templates_ask_for(self) -> None:
        folder = ROOT / "Docker" / "nginx"
        mounts = {Path(mount["mountPath"]).name for mount in app(self.gateway())["volumeMounts"]}
        templates = {path.name for path in folder.glob("*.template")}
        used = {name for name in templates if name in mounts} | {"default.conf.template"}
        asked = set().union(*(re.findall(r"\$\{([A-Z_]+)\}", (folder / name).read_text()) for name in used))
        recipe = (ROOT / "Docker" / "frontend.Dockerfile").read_text()
        given = set(environment("production", app(self.gateway()))) | set(re.findall(r"\b(GATEWAY_[A-Z]+)=", recipe))

        assert used == {"default.conf.template", "ingress.conf.template", "limits.conf.template"}
        assert asked - given == {"NGINX_LOCAL_RESOLVERS"}, "nginx's image finds the resolvers itself"

    def test_the_gateway_passes_on_to_services_that_there_are(self) -> None:
        given = environment("small", app(of_kind("small", "Deployment")["frontend"]))
        services = of_kind("small", "Service")
        for variable, value in given.items():
            if variable.endswith("_UPSTREAM"):
                host, _, port = str(value).partition(":")
                name, rest = host.split(".", 1)
                assert rest == "$(NAMESPACE).svc.cluster.local"
                assert [str(each["port"]) for each in services[name]["spec"]["ports"]] == [port]
                assert value.startswith(COMPOSE["frontend"]["environment"][variable].partition(":")[0])

    def gateway(self) -> Any:
        return of_kind("production", "Deployment")["frontend"]


class TestSecrets:
    @pytest.mark.parametrize("name", OVERLAYS)
    def test_no_value_stands_in_the_manifests(self, name: str) -> None:
        assert of_kind(name, "Secret") == {}
        for workload in of_kind(name, "Deployment", "Job").values():
            for container in containers(workload):
                for variable, value in environment(name, container).items():
                    if re.search(r"(PASSWORD|SECRET|KEY|KEYS|AUTH)$", variable):
                        assert value is None, variable
                    elif value and variable.endswith("_URL"):
                        assert not urlsplit(value).password, variable

    def test_every_reference_is_to_what_is_made(self, tmp_path: Path) -> None:
        made = self.made(tmp_path) | OTHERS
        found = set()
        for key, value in (pair for name in (*OVERLAYS, "restore") for each in load(name) for pair in walk(each)):
            if key == "secret" and isinstance(value, dict) and ("name" in value or "secretName" in value):
                secret = value.get("secretName") or value["name"]
                found |= {(secret, item["key"]) for item in value.get("items", [])} | {(secret, "")}
            elif key in {"secretKeyRef", "accessKeyId", "secretAccessKey"}:
                found.add((value["name"], value["key"]))
            elif key == "secretTargetRef":
                found |= {(each["name"], each["key"]) for each in value}
            elif key in {"passwordSecret", "secretName"}:
                found.add((value["name"] if isinstance(value, dict) else value, ""))

        assert len(found) > 30
        assert {(name, key) for name, key in found if name not in made or (key and key not in made[name])} == set()
        assert made.keys() - {name for name, _ in found} == set(), "made, and used nowhere"

    def test_the_owner_and_the_services_log_in_as_what_postgresql_makes(self, tmp_path: Path) -> None:
        secrets = self.values(tmp_path)
        cluster = of_kind("production", "Cluster")["postgres"]["spec"]
        roles = {role["passwordSecret"]["name"]: role["name"] for role in cluster["managed"]["roles"]}
        roles[cluster["bootstrap"]["initdb"]["secret"]["name"]] = cluster["bootstrap"]["initdb"]["owner"]

        assert len(roles) == len(BY_NAME) + 1
        assert roles == {name: secrets[name]["username"] for name in roles}

    def test_each_holds_what_its_file_says(self, tmp_path: Path) -> None:
        secrets = self.values(tmp_path)

        assert secrets["ticket-tracking"]["django_secret_key"] == (tmp_path / "s" / "django_secret_key").read_text()
        password = (tmp_path / "s" / "workflow_rabbitmq_password").read_text()
        assert secrets["rabbitmq-workflow"] == {"username": "workflow_api", "password": password}

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        done = subprocess.run(["sh", MANIFESTS / "secrets.sh", tmp_path], capture_output=True, text=True, check=False)

        assert done.returncode == 1
        assert "django_secret_key is missing" in done.stderr

    def values(self, folder: Path) -> dict[str, dict[str, str]]:
        subprocess.run(["sh", ROOT / "Docker" / "make-secrets.sh", folder / "s"], capture_output=True, check=True)
        done = subprocess.run(
            ["sh", MANIFESTS / "secrets.sh", folder / "s"], capture_output=True, text=True, check=True
        )
        found = list(yaml.safe_load_all(done.stdout))
        assert [fault for each in found for fault in faults(each, VERSIONS[0])] == []
        return {
            each["metadata"]["name"]: {key: base64.b64decode(value).decode() for key, value in each["data"].items()}
            for each in found
        }

    def made(self, folder: Path) -> dict[str, set[str]]:
        return {name: set(data) for name, data in self.values(folder).items()}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_process_of_auth_reaches_the_pictures(overlay: str) -> None:
    """The service stores them; the relay deletes them when a retention rule removes a person."""
    workloads = of_kind(overlay, "Deployment")
    for name in sorted(found for found in PROCESSES if found.startswith("auth-")):
        mounts = {mount["mountPath"]: mount["name"] for mount in app(workloads[name]).get("volumeMounts", [])}
        assert "/media" in mounts, name
        volumes = {volume["name"]: volume for volume in pod(workloads[name])["volumes"]}
        assert volumes[mounts["/media"]]["persistentVolumeClaim"]["claimName"] == "media", name
        assert any(volume.endswith(":/media") for volume in COMPOSE[name]["volumes"]), name
