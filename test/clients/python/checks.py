"""What the checks have in common; prints `ok NAME` or `failed NAME: REASON` for each."""

import sys
import time
import uuid

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

bootstrap = sys.argv[1]
admin = AdminClient({"bootstrap.servers": bootstrap})
# Part of every name, so that programs and runs don't meet.
run_id = uuid.uuid4().hex[:8]


def check(name):
    """Runs the function that it decorates."""

    def run(function):
        try:
            function()
            print(f"ok {name}", flush=True)
        except Exception as error:  # every one is a result
            print(f"failed {name}: {type(error).__name__} {error}".replace("\n", " "), flush=True)

    return run


def equal(expected, found):
    if expected != found:
        raise AssertionError(f"expected {expected}, found {found}")


def fails(code, function):
    try:
        function()
    except KafkaException as error:
        equal(KafkaError(code).name(), error.args[0].name())
        return
    raise AssertionError(f"expected {KafkaError(code).name()}")


def eventually(what, holds):
    deadline = time.monotonic() + 60
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within 60 s: {what}")


def unique(name):
    return f"{name}-{run_id}"


def result(futures):
    """The only result of an administrator's call."""
    (future,) = futures.values()
    return future.result(60)


def create(topic, partitions=1, config=None):
    new = NewTopic(unique(topic), partitions, 1, config=config or {})
    result(admin.create_topics([new]))
    eventually("the topic in all answers", lambda: unique(topic) in topics())


def topics():
    return admin.list_topics(timeout=60).topics


def producer(**settings):
    named = {name.replace("_", "."): value for name, value in settings.items()}
    return Producer({"bootstrap.servers": bootstrap, "message.timeout.ms": 60000, **named})


def transactional(name, **settings):
    created = producer(transactional_id=unique(name), **settings)
    created.init_transactions(60)
    return created


def send(client, topic, *values, **more):
    """Sends to partition 0 and waits; gives the offsets."""
    offsets = []

    def delivered(error, message):
        if error is not None:
            raise KafkaException(error)
        offsets.append(message.offset())

    for value in values:
        client.produce(unique(topic), value, partition=0, on_delivery=delivered, **more)
    equal(0, client.flush(60))
    return offsets


def consumer(**settings):
    named = {name.replace("_", "."): value for name, value in settings.items()}
    return Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": unique("reader"),
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "session.timeout.ms": 6000,
            "heartbeat.interval.ms": 300,
            **named,
        }
    )


def poll(client, count):
    """At least so many records, or what there is after 60 s."""
    found = []
    deadline = time.monotonic() + 60
    while len(found) < count and time.monotonic() < deadline:
        for message in client.consume(count - len(found), 0.1):
            if message.error() is not None:
                raise KafkaException(message.error())
            found.append(message)
    return found


def read(topic, count, offset=0, **settings):
    """Records of partition 0."""
    client = consumer(**settings)
    try:
        client.assign([TopicPartition(unique(topic), 0, offset)])
        return poll(client, count)
    finally:
        client.close()


def values(messages):
    return [message.value().decode() for message in messages]
