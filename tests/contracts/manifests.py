"""The rendered Kubernetes manifests (scripts/gen-kubernetes), and what compose says of the same processes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from kubernetes_validate.utils import schema_contents
from referencing import Registry, Resource
from registry import ROOT
from test_compose import _Tagged

from native.kubernetes import MANIFESTS, RENDERS

__all__ = ["MANIFESTS", "RENDERS", "ROOT"]

Object = Any

COMPOSE: dict[str, Object] = yaml.safe_load((ROOT / "Docker" / "docker-compose.yml").read_text())["services"]
PRODUCTION: dict[str, Object] = yaml.load((ROOT / "Docker" / "production.yml").read_text(), Loader=_Tagged)["services"]  # noqa: S506
#: Compose's containers of ours that keep running.
PROCESSES = {
    name
    for name, entry in COMPOSE.items()
    if entry["image"].startswith("ticket-tracking/") and entry.get("restart") != "no"
}
#: The mock help desk, which production leaves out unless told otherwise.
MOCK = {name for name in PROCESSES if name.startswith("ticket-")}


@cache
def load(name: str) -> tuple[Object, ...]:
    return tuple(yaml.load_all((RENDERS / f"{name}.yaml").read_text(), Loader=yaml.CSafeLoader))


def of_kind(name: str, *kinds: str) -> dict[str, Object]:
    """Return the objects of these kinds by name."""
    return {found["metadata"]["name"]: found for found in load(name) if found["kind"] in kinds}


def pod(workload: Object) -> Object:
    return workload["spec"]["template"]["spec"]


def containers(workload: Object) -> list[Object]:
    return [*pod(workload).get("initContainers", []), *pod(workload)["containers"]]


def app(workload: Object) -> Object:
    return next(found for found in pod(workload)["containers"] if found["name"] == "app")


def environment(name: str, container: Object) -> dict[str, str | None]:
    """Return a container's variables; those that come from elsewhere than a ConfigMap have no value."""
    maps = of_kind(name, "ConfigMap")
    values: dict[str, str | None] = {}
    for source in container.get("envFrom", []):
        values |= maps[source["configMapRef"]["name"]]["data"]
    return values | {entry["name"]: entry.get("value") for entry in container.get("env", [])}


def default(value: object, given: Mapping[str, str] | None = None) -> str:
    """Return what a value of compose is where nothing is set but `given`: ${NAME:-default}, also nested."""
    text = "" if value is None else str(value)
    pattern = re.compile(r"\$\{([A-Z_]+)(?::-([^${}]*))?\}")
    while (found := pattern.search(text)) is not None:
        text = text[: found.start()] + (given or {}).get(found[1], found[2] or "") + text[found.end() :]
    return text


def walk(value: Object) -> Iterator[tuple[str, Object]]:
    """Yield every key with its value, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


#: Kinds of operators. No package brings their schemas; these fields were validated once against the operators' own
#: (CloudNativePG 1.30, its Barman plugin 0.14, the RabbitMQ cluster operator 2.22, KEDA 2.16, the Prometheus operator
#: 0.80). Validate again what you add. A `*` stands for whatever is below.
OPERATORS: dict[str, tuple[str, str]] = {
    "Cluster": (
        "postgresql.cnpg.io/v1",
        "instances imageName primaryUpdateStrategy storage.size walStorage.size resources.* postgresql.parameters.* "
        "postgresql.synchronous.method postgresql.synchronous.number postgresql.synchronous.dataDurability "
        "affinity.enablePodAntiAffinity affinity.topologyKey affinity.podAntiAffinityType "
        "bootstrap.initdb.database bootstrap.initdb.owner bootstrap.initdb.secret.name bootstrap.initdb.postInitSQL "
        "bootstrap.recovery.source bootstrap.recovery.recoveryTarget.targetTime "
        "managed.roles.name managed.roles.login managed.roles.passwordSecret.name "
        "plugins.name plugins.isWALArchiver plugins.parameters.barmanObjectName plugins.parameters.serverName "
        "externalClusters.name externalClusters.plugin.name "
        "externalClusters.plugin.parameters.barmanObjectName externalClusters.plugin.parameters.serverName",
    ),
    "Database": ("postgresql.cnpg.io/v1", "cluster.name name owner databaseReclaimPolicy"),
    "ScheduledBackup": (
        "postgresql.cnpg.io/v1",
        "cluster.name schedule immediate backupOwnerReference method pluginConfiguration.name",
    ),
    "ObjectStore": (
        "barmancloud.cnpg.io/v1",
        "retentionPolicy configuration.destinationPath configuration.endpointURL "
        "configuration.s3Credentials.accessKeyId.* configuration.s3Credentials.secretAccessKey.* "
        "configuration.wal.compression configuration.wal.encryption "
        "configuration.data.compression configuration.data.encryption",
    ),
    "RabbitmqCluster": (
        "rabbitmq.com/v1beta1",
        "replicas image persistence.storage resources.* affinity.* terminationGracePeriodSeconds "
        "rabbitmq.additionalConfig",
    ),
    "ScaledObject": (
        "keda.sh/v1alpha1",
        "scaleTargetRef.name minReplicaCount maxReplicaCount pollingInterval "
        "advanced.horizontalPodAutoscalerConfig.behavior.* triggers.type triggers.metadata.* "
        "triggers.authenticationRef.name",
    ),
    "TriggerAuthentication": (
        "keda.sh/v1alpha1",
        "secretTargetRef.parameter secretTargetRef.name secretTargetRef.key",
    ),
    "PodMonitor": (
        "monitoring.coreos.com/v1",
        "selector.* podMetricsEndpoints.port podMetricsEndpoints.interval "
        "podMetricsEndpoints.relabelings.targetLabel podMetricsEndpoints.relabelings.replacement "
        "podMetricsEndpoints.relabelings.sourceLabels",
    ),
    "PrometheusRule": (
        "monitoring.coreos.com/v1",
        "groups.name groups.rules.alert groups.rules.expr groups.rules.for groups.rules.labels.* "
        "groups.rules.annotations.*",
    ),
}


def unknown_fields(found: Object) -> set[str]:
    """Return the fields of an operator's object that OPERATORS does not list."""
    known = OPERATORS[found["kind"]][1].split()
    whole = tuple(field.removesuffix("*") for field in known if field.endswith("*"))
    return {path for path in _paths(found["spec"], "") if path not in known and not path.startswith(whole or ("*",))}


def _paths(value: Object, at: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, f"{at}.{key}" if at else key)
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, at)
    else:
        yield at


def faults(found: Object, version: str) -> list[str]:
    """Return what Kubernetes of this version would refuse in an object of its own, unknown fields included.

    With the schemas of kubernetes-validate, whose own function reads megabytes anew for each object.
    """
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", found["apiVersion"])
    schema = schema_contents(f"{_folder(version)}/{found['kind'].lower()}-{group}.json", version)
    registry = Resource.from_contents(schema) @ _definitions(version)
    errors = Draft202012Validator(schema, registry=registry).iter_errors(found)
    return [f"{found['kind']}/{found['metadata']['name']}: {error.json_path}: {error.message}" for error in errors]


@cache
def _definitions(version: str) -> Registry[Object]:
    definitions = Resource.from_contents(schema_contents(f"{_folder(version)}/_definitions.json", version))
    registry: Registry[Object] = definitions @ Registry()
    return registry.crawl()


def _folder(version: str) -> str:
    return f"kubernetes-json-schema/v{version}-local-strict"
