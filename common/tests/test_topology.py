"""`broker_setup`: everything that queues.toml names, with its dead-letter rule; safe to repeat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pika
import pytest
from celery import Celery
from django.core.management import CommandError, call_command
from support import Broker, wait_until

from ticketing_common.contracts.registry import queues
from ticketing_common.outbox.topology import DELIVERY_LIMIT, TopologyError, prefer_quorum_queues, set_up


@pytest.fixture
def plain_vhost() -> Iterator[Broker]:
    """A virtual host on which nothing was set up."""
    broker = Broker()
    broker.create(with_topology=False)
    yield broker
    broker.delete()


def test_every_queue_and_its_dead_letter_queue_is_a_durable_quorum_queue(broker: Broker) -> None:
    for queue in queues().values():
        for name in (queue.name, queue.dead_name):
            found = broker.queue(name)
            assert (found["type"], found["durable"]) == ("quorum", True), name
            assert found["arguments"] == {"x-queue-type": "quorum"}, "all that may change belongs in the policy"


def test_every_queue_has_the_policy_that_loses_nothing(broker: Broker) -> None:
    by_pattern = {policy["pattern"].replace("\\", ""): policy for policy in broker.policies()}
    for queue in queues().values():
        assert by_pattern[f"^{queue.name}$"]["definition"] == {
            "dead-letter-exchange": "",
            "dead-letter-routing-key": f"{queue.name}.dead",
            "dead-letter-strategy": "at-least-once",
            "overflow": "reject-publish",
            "delivery-limit": DELIVERY_LIMIT,
        }


def test_the_policies_take_effect(broker: Broker) -> None:
    for queue in queues().values():
        for name, policy in ((queue.name, f"dead-letter {queue.name}"), (queue.dead_name, "keep dead letters")):
            found = wait_until(lambda name=name: broker.queue(name).get("policy"), what=f"the policy of {name}")
            assert found == policy


def test_a_rejected_message_is_in_the_dead_letter_queue(broker: Broker) -> None:
    with broker.channel() as channel:
        channel.basic_publish("", "workflow_seed", b"unwanted")
        method, _, _ = channel.basic_get("workflow_seed")
        channel.basic_reject(method.delivery_tag, requeue=False)

        for _, _, body in channel.consume("workflow_seed.dead", auto_ack=True, inactivity_timeout=5):
            assert body == b"unwanted"
            break


def test_a_second_run_changes_nothing(broker: Broker, capsys: pytest.CaptureFixture[str]) -> None:
    before = broker.policies()

    call_command("broker_setup")

    assert broker.policies() == before
    assert "are in place" in capsys.readouterr().out


def test_a_queue_of_another_type_is_a_clear_refusal(broker: Broker) -> None:
    with broker.channel() as channel:
        channel.queue_delete("workflow_seed")
        channel.queue_declare("workflow_seed", durable=True, arguments={"x-queue-type": "classic"})
    try:
        with pytest.raises(TopologyError, match="empty and delete it"):
            set_up(amqp_url=broker.url, management_url=broker.management_url)
    finally:
        with broker.channel() as channel:
            channel.queue_delete("workflow_seed")
        set_up(amqp_url=broker.url, management_url=broker.management_url)


def test_a_broker_that_is_away_is_named(broker: Broker, settings: Any) -> None:
    settings.RABBITMQ_MANAGEMENT_URL = "http://admin:admin@127.0.0.1:9"

    with pytest.raises(CommandError, match=r"management API does not answer at http://127\.0\.0\.1:9"):
        call_command("broker_setup")


def test_a_message_to_a_queue_that_nobody_declared_comes_back(broker: Broker) -> None:
    with broker.channel() as channel:
        with pytest.raises(pika.exceptions.UnroutableError):
            channel.basic_publish("", "no-such-queue", b"", mandatory=True)


class TestPlainClients:
    def test_may_declare_a_queue_without_a_type(self, broker: Broker) -> None:
        with broker.channel() as channel:
            channel.queue_declare("TICKET_TASKS_PRODUCTION", durable=True)

    def test_may_send_a_celery_task_as_it_comes(self, broker: Broker) -> None:
        broker.purge()
        with Celery(broker=broker.url, set_as_current=False) as app:
            app.send_task("tickets.tasks.receive_ticket", kwargs={"ticket_data": {}}, queue="TICKET_TASKS_PRODUCTION")

        wait_until(lambda: broker.count("TICKET_TASKS_PRODUCTION") == 1, what="the message")

    def test_a_virtual_host_with_queues_is_left_as_it_is(self, plain_vhost: Broker) -> None:
        with plain_vhost.channel() as channel:
            channel.queue_declare("of-somebody", durable=True)

        is_default = prefer_quorum_queues(plain_vhost.management_url, plain_vhost.vhost)

        with plain_vhost.channel() as channel:
            channel.queue_declare("of-somebody", passive=True)
        assert is_default == (plain_vhost.api("GET", "overview")["rabbitmq_version"] >= "3.11")

    def test_an_empty_virtual_host_keeps_its_permissions(self, plain_vhost: Broker) -> None:
        address = f"vhosts/{plain_vhost.vhost}/permissions"
        before = plain_vhost.api("GET", address)

        assert prefer_quorum_queues(plain_vhost.management_url, plain_vhost.vhost)

        assert plain_vhost.api("GET", address) == before
