"""The network policies allow the connections of docs/architecture.md, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from manifests import ROOT, Object, load, of_kind

#: What the operators' pods carry.
SERVERS = {"postgres": {"cnpg.io/cluster": "postgres"}, "rabbitmq": {"app.kubernetes.io/name": "rabbitmq"}}
NAMESPACES = ("ingress", "monitoring", "keda", "cnpg-system")
OUTSIDE = "outside"
Edge = tuple[str, str, int]


def pods(name: str) -> dict[str, dict[str, str]]:
    """Return the labels of every kind of pod."""
    workloads = of_kind(name, "Deployment", "Job")
    return {key: found["spec"]["template"]["metadata"]["labels"] for key, found in workloads.items()} | SERVERS


def selects(selector: Object, labels: dict[str, str]) -> bool:
    assert set(selector) <= {"matchLabels", "matchExpressions"}
    for rule in selector.get("matchExpressions", []):
        assert rule["operator"] == "In"
        if labels.get(rule["key"]) not in rule["values"]:
            return False
    return selector.get("matchLabels", {}).items() <= labels.items()


def _reaches(peers: list[Object] | None, place: str, labels: dict[str, dict[str, str]]) -> bool:
    """Say whether one of the peers is this place: a pod of ours, a namespace, or outside. No peers: everybody."""
    if peers is None:
        return True
    for peer in peers:
        if "podSelector" in peer and place in labels and selects(peer["podSelector"], labels[place]):
            return True
        if "namespaceSelector" in peer:
            wanted = peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
            assert "podSelector" not in peer
            if wanted == place:
                return True
    return False


def _rules(name: str, pod: dict[str, str], direction: str) -> Iterator[Object]:
    for policy in of_kind(name, "NetworkPolicy").values():
        if selects(policy["spec"]["podSelector"], pod):
            yield from policy["spec"].get(direction, [])


def allowed(name: str) -> set[Edge]:
    """Return every connection that both ends allow, but for questions to the name server."""
    labels = pods(name)
    places = [*labels, *NAMESPACES, OUTSIDE]
    outgoing = {
        (source, target, port["port"])
        for source in labels
        for rule in _rules(name, labels[source], "egress")
        for target in [*labels, OUTSIDE]
        if _reaches(rule.get("to"), target, labels)
        for port in rule["ports"]
    }
    incoming = {
        (source, target, port["port"])
        for target in labels
        for rule in _rules(name, labels[target], "ingress")
        for source in places
        if _reaches(rule.get("from"), source, labels)
        for port in rule["ports"]
    }
    return {
        edge
        for edge in outgoing | incoming
        if (edge in outgoing or edge[0] in NAMESPACES) and (edge in incoming or edge[1] == OUTSIDE)
    }


def documented(name: str) -> set[Edge]:
    """Return the connections of the table between what this overlay has."""
    labels = pods(name)
    groups = {
        "a process": [key for key, found in labels.items() if found.get("role") in {"web", "background", "setup"}],
        "a running process": [key for key, found in labels.items() if found.get("role") in {"web", "background"}],
    }
    table = (ROOT / "docs" / "architecture.md").read_text().partition("\n## Connections\n")[2]
    edges: set[Edge] = set()
    for line in re.findall(r"^\| (?!from |-)(.*) \|$", table, re.MULTILINE):
        cells = [cell.strip() for cell in line.split(" | ")]
        ends = [[place for word in cell.split(", ") for place in groups.get(word, [word])] for cell in cells[:2]]
        edges |= {(a, b, int(port)) for a in ends[0] for b in ends[1] for port in cells[2].split(", ")}
    there = {*labels, *NAMESPACES, OUTSIDE}
    return {edge for edge in edges if edge[0] in there and edge[1] in there}


def test_production_allows_what_is_documented_and_nothing_else() -> None:
    assert len(documented("production")) > 100
    assert allowed("production") == documented("production")


def test_small_sends_mail_to_its_catcher_instead() -> None:
    senders = ("notification-worker", "notification-mailer")
    instead = {(name, OUTSIDE, 587) for name in senders}

    assert instead < documented("small")
    caught = {(name, "mailpit", 1025) for name in senders}
    assert allowed("small") == (documented("small") - instead) | caught


def test_everything_is_refused_first_in_both_directions() -> None:
    for name in ("production", "small"):
        spec = of_kind(name, "NetworkPolicy")["nothing-else"]["spec"]
        assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_a_policy_names_the_directions_that_it_has_rules_for() -> None:
    """Kubernetes ignores egress rules where `policyTypes` leaves Egress out."""
    for name in ("production", "small"):
        for policy in of_kind(name, "NetworkPolicy").values():
            spec = policy["spec"]
            if policy["metadata"]["name"] != "nothing-else":
                assert {kind.lower() for kind in spec["policyTypes"]} == {"ingress", "egress"} & spec.keys()


def test_every_policy_is_about_pods_that_there_are() -> None:
    for name in ("production", "small"):
        for policy in of_kind(name, "NetworkPolicy").values():
            assert any(selects(policy["spec"]["podSelector"], labels) for labels in pods(name).values())


def test_the_name_server_may_be_asked_by_all() -> None:
    spec = of_kind("production", "NetworkPolicy")["name-server"]["spec"]

    assert spec["podSelector"] == {}
    assert spec["egress"][0]["ports"] == [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]
    assert {found["metadata"].get("namespace", "ticket-tracking") for found in load("production")} == {
        "ticket-tracking"
    }
