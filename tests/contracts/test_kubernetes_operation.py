"""Probes, drains, confinement, scaling, servers and monitoring of the Kubernetes manifests."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from manifests import (
    COMPOSE,
    MANIFESTS,
    MOCK,
    PROCESSES,
    ROOT,
    app,
    containers,
    default,
    environment,
    load,
    of_kind,
    pod,
)
from registry import queues
from test_compose import DATABASES
from test_monitoring import known_metrics
from test_processes import _queues_in

from native.services import BY_NAME

COMMON = ROOT / "common" / "src" / "ticketing_common"
RUNNING = sorted(PROCESSES - MOCK - {"frontend"})
WEB = [name for name in RUNNING if name.endswith(("-service", "-api"))]
BACKGROUND = [name for name in RUNNING if name not in WEB]
WORKERS = [name for name in RUNNING if name.endswith("-worker")]


def deployment(name: str, overlay: str = "production") -> Any:
    return of_kind(overlay, "Deployment")[name]


def number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    assert found, pattern
    return int(found[1])


class TestProbes:
    @pytest.mark.parametrize("name", [*WEB, "frontend"])
    def test_they_ask_addresses_that_there_are(self, name: str) -> None:
        container = app(deployment(name))
        ports = {port["name"] for port in container["ports"]}
        paths = {}
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = container[kind]["httpGet"]
            assert asked["port"] in ports
            paths[kind] = asked["path"]

        if name == "frontend":
            template = (ROOT / "Docker" / "nginx" / "default.conf.template").read_text()
            assert set(paths.values()) == {"/health/"}
            assert "location = /health/ {" in template
            return
        routes = (COMMON / "urls.py").read_text()
        assert all(f'path("{path.lstrip("/")}"' in routes for path in paths.values())
        assert paths == {
            "startupProbe": "/health/live/",
            "livenessProbe": "/health/live/",
            "readinessProbe": "/health/ready/",
        }
        # In production the services answer to their own names and localhost only, not to a pod's address.
        assert container["readinessProbe"]["httpGet"]["httpHeaders"] == [{"name": "Host", "value": "localhost"}]

    @pytest.mark.parametrize("name", BACKGROUND)
    def test_a_process_without_a_port_is_looked_at_by_its_pulse(self, name: str) -> None:
        container = app(deployment(name))
        looks = {
            kind: container[f"{kind}Probe"]["exec"]["command"][-1] for kind in ("startup", "liveness", "readiness")
        }

        assert "PULSE_FILE=/tmp/pulse" in (ROOT / "Docker" / "service.Dockerfile").read_text()
        assert "$PULSE_FILE.life" in looks["startup"]
        assert '"$PULSE_FILE.life" -mmin -3' in looks["liveness"]
        assert '"$PULSE_FILE" -mmin -1' in looks["readiness"], "as compose's health check"
        assert "find $$PULSE_FILE -mmin -1" in COMPOSE[name]["healthcheck"]["test"]

    @pytest.mark.parametrize("name", RUNNING)
    def test_the_kubelet_is_the_watchdog_and_as_patient(self, name: str) -> None:
        container = app(deployment(name))
        patience = number(r"WATCHDOG_SECONDS = (\d+)", (COMMON / "watchdog.py").read_text())
        probe = container["livenessProbe"]
        silent = 0 if name in WEB else patience  # the age that the look itself allows

        assert environment("production", container)["WATCHDOG_SECONDS"] == "0"
        assert patience <= silent + probe["periodSeconds"] * probe["failureThreshold"] <= patience + 60

    @pytest.mark.parametrize("name", RUNNING)
    def test_a_first_start_may_take_as_long_as_in_compose(self, name: str) -> None:
        probe = app(deployment(name))["startupProbe"]
        allowed = number(r"(\d+)s", COMPOSE[name]["healthcheck"]["start_period"])

        assert probe["periodSeconds"] * probe["failureThreshold"] >= allowed


class TestDrains:
    @pytest.mark.parametrize("name", [*RUNNING, "frontend"])
    def test_a_new_pod_is_ready_before_an_old_one_goes(self, name: str) -> None:
        strategy = deployment(name)["spec"]["strategy"]

        assert strategy == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}

    @pytest.mark.parametrize("name", [*RUNNING, "frontend"])
    def test_a_process_is_given_the_time_that_it_takes(self, name: str) -> None:
        workload = deployment(name)
        grace = pod(workload)["terminationGracePeriodSeconds"]
        if name in BACKGROUND:
            soft = number(r'"worker_soft_shutdown_timeout": (\d+)', (COMMON / "celery.py").read_text())
            assert grace >= soft + 5
            assert f"{grace}s" == COMPOSE[name]["stop_grace_period"]
            return
        waits = int(app(workload)["lifecycle"]["preStop"]["exec"]["command"][1])
        if name == "frontend":
            finishes = number(r"worker_shutdown_timeout (\d+)s", app(workload)["args"][-1])
        else:
            finishes = number(r"graceful_timeout = (\d+)", (COMMON / "gunicorn_conf.py").read_text())
        resolved = number(r"valid=(\d+)s", (ROOT / "Docker" / "nginx" / "default.conf.template").read_text())
        assert waits >= resolved + 5, "the gateway must have forgotten the address"
        assert grace >= waits + finishes + 5

    def test_each_process_of_production_has_a_budget_for_disruptions(self) -> None:
        budgets = of_kind("production", "PodDisruptionBudget")

        assert set(budgets) == PROCESSES - MOCK | {"rabbitmq"}
        for name, budget in budgets.items():
            assert budget["spec"]["maxUnavailable"] == 1
            assert budget["spec"]["selector"] == {"matchLabels": {"app.kubernetes.io/name": name}}


class TestConfinement:
    @pytest.mark.parametrize("overlay", ["production", "small"])
    def test_every_pod_keeps_the_rules_of_restricted_and_writes_nowhere_else(self, overlay: str) -> None:
        workloads = of_kind(overlay, "Deployment", "Job")

        assert len(workloads) > 20
        for name, workload in workloads.items():
            spec = pod(workload)
            assert spec["securityContext"]["runAsNonRoot"] is True, name
            assert spec["securityContext"]["runAsUser"] > 0
            assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            assert spec["automountServiceAccountToken"] is False
            assert spec["enableServiceLinks"] is False
            assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
            assert not any("hostPath" in volume for volume in spec["volumes"])
            for container in containers(workload):
                assert container["securityContext"] == {
                    "readOnlyRootFilesystem": True,
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                }, (name, container["name"])
                assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
                assert container["resources"]["limits"].keys() == {"memory"}

    @pytest.mark.parametrize("name", RUNNING)
    def test_a_process_may_take_the_memory_of_compose_and_is_who_the_image_says(self, name: str) -> None:
        workload = deployment(name)

        assert app(workload)["resources"]["limits"]["memory"] == default(COMPOSE[name]["mem_limit"]).upper() + "i"
        assert (
            f"--uid {pod(workload)['securityContext']['runAsUser']} "
            in (ROOT / "Docker" / "service.Dockerfile").read_text()
        )

    @pytest.mark.parametrize("name", RUNNING)
    def test_pods_of_a_kind_are_spread_over_zones_and_nodes(self, name: str) -> None:
        found = pod(deployment(name))["topologySpreadConstraints"]

        assert [each["topologyKey"] for each in found] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
        assert all("app.kubernetes.io/name" in each["matchLabelKeys"] for each in found)

    def test_images_have_their_versions_in_one_place(self) -> None:
        folder = MANIFESTS / "overlays" / "production" / "settings"
        places = yaml.safe_load((folder / "kustomization.yaml").read_text())["images"]
        tags = {place["newTag"] for place in places if place["name"].startswith("ticket-tracking/")}

        assert len(tags) == 1, "all of one version"
        for workload in of_kind("production", "Deployment", "Job").values():
            for container in containers(workload):
                name, _, tag = container["image"].rpartition(":")
                assert (name, tag) in {(place.get("newName", place["name"]), place["newTag"]) for place in places}
        written = [path.read_text() for path in MANIFESTS.rglob("*.yaml") if path.parent != folder]
        assert not [line for text in written for line in re.findall(r"\bimage: (?:ticket-tracking/)\S+:\S+", text)]


class TestScaling:
    @pytest.mark.parametrize("name", WORKERS)
    def test_a_worker_is_scaled_on_exactly_the_queues_that_it_takes(self, name: str) -> None:
        service = BY_NAME[name.partition("-")[0]]
        taken = {queue.name for queue in queues().values() if queue.consumer == service.folder}
        scaled = of_kind("production", "ScaledObject")[name]["spec"]
        triggers = [each for each in scaled["triggers"] if each["type"] == "rabbitmq"]

        assert scaled["scaleTargetRef"] == {"name": name}
        assert _queues_in(app(deployment(name))["command"]) == taken
        assert sorted(each["metadata"]["queueName"] for each in triggers) == sorted(taken)
        assert {each["authenticationRef"]["name"] for each in triggers} == {f"rabbitmq-{service.name}"}
        for each in triggers:
            place = urlsplit(each["metadata"]["host"])
            assert (place.hostname, place.port) == ("rabbitmq.ticket-tracking.svc.cluster.local", 5672)
            # A service's login has no way to RabbitMQ's management API.
            assert each["metadata"]["protocol"] == "amqp"

    @pytest.mark.parametrize("name", WORKERS)
    def test_it_is_scaled_on_their_age_too(self, name: str) -> None:
        service = BY_NAME[name.partition("-")[0]]
        taken = {queue.name for queue in queues().values() if queue.consumer == service.folder}
        triggers = of_kind("production", "ScaledObject")[name]["spec"]["triggers"]
        (age,) = [each["metadata"] for each in triggers if each["type"] == "prometheus"]
        pattern = re.search(r'queue=~"(.*)"', age["query"])

        assert pattern
        assert "queue_oldest_seconds" in known_metrics()
        assert {queue for queue in queues() if re.fullmatch(pattern[1], queue)} == taken

    def test_each_signs_in_with_the_secret_of_its_service(self) -> None:
        for name, found in of_kind("production", "TriggerAuthentication").items():
            assert {(each["parameter"], each["name"], each["key"]) for each in found["spec"]["secretTargetRef"]} == {
                ("username", name, "username"),
                ("password", name, "password"),
            }

    def test_web_processes_are_scaled_by_load(self) -> None:
        scaled = of_kind("production", "HorizontalPodAutoscaler")

        assert set(scaled) == {*WEB, "frontend"}
        for name, found in scaled.items():
            target = found["spec"]["scaleTargetRef"]
            assert (target["kind"], target["name"]) == ("Deployment", name)

    def test_postgresql_has_a_connection_for_each_process_at_its_most(self) -> None:
        """Web processes use one for each thread, messaging some more for sockets; a roll-out runs one pod more."""
        threads = number(r'"WEB_THREADS", "(\d+)"', (COMMON / "gunicorn_conf.py").read_text())
        sockets = 3  # SOCKET_THREADS
        scaled = of_kind("production", "HorizontalPodAutoscaler", "ScaledObject")
        needed = 0
        for name in RUNNING:
            spec = scaled.get(name, {}).get("spec", {})
            most = spec.get("maxReplicas") or spec.get("maxReplicaCount") or deployment(name)["spec"]["replicas"]
            command = " ".join(app(deployment(name)).get("command", []))
            each = int(found[1]) if (found := re.search(r"--concurrency=(\d+)", command)) else 1
            if name in WEB:
                each = threads + (sockets if name == "messaging-service" else 0)
            needed += each * (most + 1)
        given = int(of_kind("production", "Cluster")["postgres"]["spec"]["postgresql"]["parameters"]["max_connections"])

        assert 100 < needed <= given - 20


class TestIngress:
    def test_it_leads_people_to_the_gateway_over_tls(self) -> None:
        for overlay in ("production", "small"):
            spec = of_kind(overlay, "Ingress")["gateway"]["spec"]
            settings = environment(overlay, app(deployment("frontend", overlay)))
            host = urlsplit(str(settings["FRONTEND_URL"])).hostname

            assert [rule["host"] for rule in spec["rules"]] == [host]
            assert [entry["hosts"] for entry in spec["tls"]] == [[host]]

    def test_its_paths_are_the_gateway_s_the_sockets_included(self) -> None:
        paths = of_kind("production", "Ingress")["gateway"]["spec"]["rules"][0]["http"]["paths"]
        template = (ROOT / "Docker" / "nginx" / "default.conf.template").read_text()

        assert [path["path"] for path in paths] == ["/ws/", "/api/", "/"]
        for path in paths:
            assert re.search(rf"^    location {path['path']}\s", template, re.MULTILINE)
            assert path["backend"] == {"service": {"name": "frontend", "port": {"name": "http"}}}

    def test_its_limits_are_the_gateway_s(self) -> None:
        said = of_kind("production", "Ingress")["gateway"]["metadata"]["annotations"]
        template = (ROOT / "Docker" / "nginx" / "default.conf.template").read_text()
        size = re.search(r"client_max_body_size (\w+);", template)
        silence = number(r"proxy_read_timeout (\d+)s", template.partition("location /ws/")[2])

        assert size
        assert said["nginx.ingress.kubernetes.io/proxy-body-size"] == size[1]
        assert said["nginx.ingress.kubernetes.io/proxy-read-timeout"] == str(silence)


class TestServers:
    def test_postgresql_has_three_instances_five_databases_and_their_logins(self) -> None:
        cluster = of_kind("production", "Cluster")["postgres"]["spec"]
        databases = of_kind("production", "Database")

        assert cluster["instances"] == 3
        assert set(databases) == set(DATABASES.values())
        for name, found in databases.items():
            assert found["spec"]["name"] == name
            assert found["spec"]["cluster"] == {"name": "postgres"}
            assert found["spec"]["owner"] == cluster["bootstrap"]["initdb"]["owner"]
        roles = {role["name"]: role["passwordSecret"]["name"] for role in cluster["managed"]["roles"]}
        assert roles == {database: f"postgres-{name}" for name, database in DATABASES.items()}
        assert all(set(role) == {"name", "login", "passwordSecret"} for role in cluster["managed"]["roles"])

    def test_servers_are_of_the_versions_of_compose(self) -> None:
        tag = of_kind("production", "Cluster")["postgres"]["spec"]["imageName"].partition(":")[2]
        rabbit = of_kind("production", "RabbitmqCluster")["rabbitmq"]["spec"]

        assert tag.startswith(default(COMPOSE["db"]["image"]).partition(":")[2] + "-")
        assert rabbit["image"] == default(COMPOSE["rabbitmq"]["image"])
        assert app(deployment("redis"))["image"] == default(COMPOSE["redis"]["image"])

    def test_every_backup_goes_to_the_bucket_and_so_does_every_change(self) -> None:
        cluster = of_kind("production", "Cluster")["postgres"]["spec"]
        (plugin,) = cluster["plugins"]
        backup = of_kind("production", "ScheduledBackup")["postgres"]["spec"]
        store = of_kind("production", "ObjectStore")[plugin["parameters"]["barmanObjectName"]]["spec"]

        assert plugin["isWALArchiver"] is True
        assert backup["cluster"] == {"name": "postgres"}
        assert backup["pluginConfiguration"]["name"] == plugin["name"]
        assert len(backup["schedule"].split()) == 6, "with seconds"
        assert store["retentionPolicy"] == "30d"

    def test_a_restore_reads_what_production_wrote_and_writes_elsewhere(self) -> None:
        (plugin,) = of_kind("production", "Cluster")["postgres"]["spec"]["plugins"]
        restored = of_kind("restore", "Cluster")["postgres"]["spec"]
        (source,) = restored["externalClusters"]

        assert restored["bootstrap"].keys() == {"recovery"}
        assert restored["bootstrap"]["recovery"]["source"] == source["name"]
        assert source["plugin"]["parameters"] == {**plugin["parameters"], "serverName": "postgres"}
        assert restored["plugins"][0]["parameters"]["serverName"] != "postgres"

    def test_rabbitmq_has_three_nodes_and_the_settings_of_compose(self) -> None:
        spec = of_kind("production", "RabbitmqCluster")["rabbitmq"]["spec"]
        ours = [
            line for line in (ROOT / "Docker" / "rabbitmq.conf").read_text().splitlines() if line[:1] not in {"", "#"}
        ]

        assert spec["replicas"] == 3
        assert ours
        assert set(ours) < set(spec["rabbitmq"]["additionalConfig"].splitlines())

    def test_services_reach_the_servers_by_the_names_that_the_operators_make(self) -> None:
        services = of_kind("production", "Service")
        for name in RUNNING:
            given = environment("production", app(deployment(name)))
            database = urlsplit(str(given["DATABASE_SERVER_URL"]))
            assert database.hostname == "postgres-rw"
            assert "sslmode=verify-full" in database.query
            assert urlsplit(str(given["RABBITMQ_URL"])).hostname == "rabbitmq"
            assert urlsplit(str(given["REDIS_URL"])).hostname in services


class TestMonitoring:
    def test_the_same_processes_are_asked_under_the_same_names_as_in_compose(self) -> None:
        jobs = yaml.safe_load((ROOT / "Docker" / "monitoring" / "prometheus.yml").read_text())["scrape_configs"]
        asked = {
            job["job_name"]: {name for place in job["dns_sd_configs"] for name in place["names"]}
            for job in jobs
            if "dns_sd_configs" in job
        }
        found: dict[str, set[str]] = {}
        for monitor in of_kind("production", "PodMonitor").values():
            (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
            job = next(each["replacement"] for each in endpoint["relabelings"] if each["targetLabel"] == "job")
            if job == "rabbitmq":
                continue
            role = monitor["spec"]["selector"]["matchExpressions"][0]["values"]
            found[job] = {name for name in RUNNING if deployment(name)["metadata"]["labels"]["role"] in role}
            assert {each["targetLabel"] for each in endpoint["relabelings"]} == {"job", "process", "service"}
            for name in found[job]:
                ports = {port["name"]: port["containerPort"] for port in app(deployment(name))["ports"]}
                listens = environment("production", app(deployment(name)))["METRICS_ADDRESS"]
                assert listens == f"0.0.0.0:{ports[endpoint['port']]}"
        assert found == asked

    def test_the_mock_help_desk_is_left_out(self) -> None:
        for name, monitor in of_kind("production", "PodMonitor").items():
            rules = monitor["spec"]["selector"].get("matchExpressions", [])
            assert name == "rabbitmq" or {"key": "service", "operator": "NotIn", "values": ["ticket"]} in rules


def test_the_documentation_names_what_is_needed_first_and_every_folder() -> None:
    page = (ROOT / "docs" / "operations" / "kubernetes.md").read_text()
    apis = {found["apiVersion"].partition("/")[0] for found in load("production") if "." in found["apiVersion"]}
    operators = {"postgresql.cnpg.io", "barmancloud.cnpg.io", "rabbitmq.com", "keda.sh", "monitoring.coreos.com"}

    assert operators <= apis
    assert [name for name in operators if f"`{name}`" not in page] == []
    assert [
        path.name
        for path in MANIFESTS.iterdir()
        if path.is_dir() and f"`{path.name}/`" not in page and f"{path.name}/" not in page
    ] == []
