"""Uses the broker that is named as programs on librdkafka do."""

from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    IsolationLevel,
    KafkaError,
    KafkaException,
    TIMESTAMP_LOG_APPEND_TIME,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import (
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    OffsetSpec,
    ResourceType,
)

from checks import (
    admin,
    check,
    consumer,
    create,
    equal,
    eventually,
    fails,
    poll,
    producer,
    read,
    result,
    send,
    topics,
    transactional,
    unique,
    values,
)


def first(topic, offset=-1001):
    return TopicPartition(unique(topic), 0, offset)


def setting(topic, name):
    return result(admin.describe_configs([ConfigResource(ResourceType.TOPIC, unique(topic))]))[name]


def offset_of(topic, spec):
    return result(admin.list_offsets({first(topic): spec})).offset


@check("create and describe a topic")
def _():
    create("plain", 2, {"retention.ms": "5000000"})
    equal("5000000", setting("plain", "retention.ms").value)
    described = result(admin.describe_topics(TopicCollection([unique("plain")])))
    equal(2, len(described.partitions))


@check("refuse a topic that exists")
def _():
    fails(KafkaError.TOPIC_ALREADY_EXISTS, lambda: create("plain"))


@check("refuse a name that no topic can have")
def _():
    fails(KafkaError.TOPIC_EXCEPTION, lambda: create("no spaces"))


@check("refuse an unknown setting")
def _():
    fails(KafkaError.INVALID_CONFIG, lambda: create("odd", 1, {"no.such": "1"}))


@check("describe the cluster")
def _():
    cluster = admin.describe_cluster().result(60)
    equal(1, len(cluster.nodes))


@check("alter a setting")
def _():
    entry = ConfigEntry("cleanup.policy", "compact", incremental_operation=AlterConfigOpType.APPEND)
    resource = ConfigResource(ResourceType.TOPIC, unique("plain"), incremental_configs=[entry])
    result(admin.incremental_alter_configs([resource]))
    eventually("the setting", lambda: setting("plain", "cleanup.policy").value == "delete,compact")


@check("add partitions")
def _():
    result(admin.create_partitions([NewPartitions(unique("plain"), 3)]))
    eventually("three partitions", lambda: len(topics()[unique("plain")].partitions) == 3)


@check("produce without acknowledgement")
def _():
    # Until the topic is ready records without acknowledgement get lost.
    send(producer(), "no-acks", "first")
    send(producer(acks=0), "no-acks", *(f"{index}" for index in range(100)))
    equal(101, len(read("no-acks", 101)))


@check("produce with idempotence, in order")
def _():
    numbers = [f"{index}" for index in range(2000)]
    send(producer(enable_idempotence=True, batch_num_messages=20), "idempotent", *numbers)
    equal(numbers, values(read("idempotent", 2000)))


for codec in ("none", "gzip", "snappy", "lz4", "zstd"):

    @check(f"produce and consume {codec}")
    def _():
        sent = [f"value {index}" for index in range(500)]
        send(producer(compression_type=codec), codec, *sent)
        equal(sent, values(read(codec, 500)))


@check("keep keys, nulls, headers and timestamps")
def _():
    client = producer()
    send(client, "shapes", "日本", key="ü", timestamp=1_600_000_000_000, headers=[("h", b"1"), ("n", None)])
    send(client, "shapes", None)
    one, other = read("shapes", 2)
    equal(("ü", "日本"), (one.key().decode(), one.value().decode()))
    equal([("h", b"1"), ("n", None)], one.headers())
    equal(1_600_000_000_000, one.timestamp()[1])
    equal((None, None), (other.key(), other.value()))


@check("give records the time of the broker")
def _():
    create("append-time", 1, {"message.timestamp.type": "LogAppendTime"})
    send(producer(), "append-time", "x", timestamp=1)
    equal(TIMESTAMP_LOG_APPEND_TIME, read("append-time", 1)[0].timestamp()[0])


@check("large records")
def _():
    create("large", 1, {"max.message.bytes": "6000000"})
    value = "ab" * 2_500_000
    send(producer(message_max_bytes=7000000), "large", value, value, value)
    equal([value] * 3, values(read("large", 3)))


@check("refuse a record that is too large")
def _():
    create("small", 1, {"max.message.bytes": "1000"})
    fails(KafkaError.MSG_SIZE_TOO_LARGE, lambda: send(producer(), "small", "x" * 2000))


@check("look up offsets")
def _():
    equal(500, offset_of("none", OffsetSpec.latest()))
    equal(0, offset_of("none", OffsetSpec.earliest()))
    equal(0, offset_of("none", OffsetSpec.for_timestamp(1)))
    offset_of("none", OffsetSpec.max_timestamp())


@check("delete records")
def _():
    result(admin.delete_records([first("none", 100)]))
    equal(100, offset_of("none", OffsetSpec.earliest()))


@check("consume in a group and go on from there")
def _():
    send(producer(), "group", *(f"{index}" for index in range(500)))
    for expected in (500, 1):
        client = consumer(group_id=unique("group"))
        client.subscribe([unique("group")])
        equal(expected, len(poll(client, expected)))
        client.commit(asynchronous=False)
        client.close()
        send(producer(), "group", "last")


def share(strategy):
    """Two members take half of four partitions each; when one leaves, the other takes all."""
    topic = f"share-{strategy}"
    create(topic, 4)

    def member():
        client = consumer(group_id=unique(topic), partition_assignment_strategy=strategy)
        client.subscribe([unique(topic)])
        return client

    def has(client, partitions):
        client.poll(0.1)
        return len(client.assignment()) == partitions

    stays = member()
    eventually("all partitions", lambda: has(stays, 4))
    leaves = member()
    eventually("half of the partitions", lambda: [has(stays, 2), has(leaves, 2)] == [True, True])
    leaves.close()
    eventually("all partitions again", lambda: has(stays, 4))
    stays.close()


for strategy, named in (
    ("range", "Range"),
    ("roundrobin", "RoundRobin"),
    ("cooperative-sticky", "CooperativeSticky"),
):

    @check(f"share partitions of two members, {named}")
    def _():
        share(strategy)


@check("keep a static member's partitions over a restart")
def _():
    for _turn in range(2):
        client = consumer(group_id=unique("static"), group_instance_id="one")
        client.subscribe([unique("group")])
        equal(500, len(poll(client, 500)))
        client.close()
    described = result(admin.describe_consumer_groups([unique("static")]))
    equal(["one"], [member.group_instance_id for member in described.members])


@check("subscribe by a pattern, also to a topic that comes later")
def _():
    send(producer(), "pattern-a", "a")
    client = consumer(group_id=unique("pattern"), topic_metadata_refresh_interval_ms=300)
    client.subscribe([f"^{unique('pattern-.')}$"])
    equal("a", values(poll(client, 1))[0])
    send(producer(), "pattern-b", "b")
    eventually("the later topic", lambda: "b" in values(client.consume(10, 0.1)))
    client.close()


@check("seek, and offsets by time")
def _():
    client = producer()
    for index in range(100):
        client.produce(unique("times"), f"{index}", partition=0, timestamp=1000 * (index + 1))
    equal(0, client.flush(60))
    reader = consumer()
    (found,) = reader.offsets_for_times([first("times", 50_500)], 60)
    equal(50, found.offset)
    reader.assign([found])
    equal("50", values(poll(reader, 1))[0])
    equal((0, 100), reader.get_watermark_offsets(first("times"), timeout=60))
    reader.close()


@check("begin anew where the offset is gone")
def _():
    equal("value 100", values(read("none", 1, offset=3))[0])


@check("wait for a record at the end of a topic")
def _():
    reader = consumer(fetch_wait_max_ms=20000)
    (_, end) = reader.get_watermark_offsets(first("group"), timeout=60)
    reader.assign([first("group", end)])
    equal([], reader.consume(1, 0.5))
    send(producer(), "group", "now")
    equal(["now"], values(reader.consume(1, 15.0)))
    reader.close()


@check("list and describe a group with a member")
def _():
    create("administered", 2)
    client = consumer(group_id=unique("administered"), client_id="someone")
    client.subscribe([unique("administered")])
    eventually("a member", lambda: client.poll(0.1) is None and len(client.assignment()) == 2)
    client.commit(offsets=[first("administered", 5)], asynchronous=False)
    listed = admin.list_consumer_groups().result(60).valid
    equal(True, unique("administered") in [group.group_id for group in listed])
    described = result(admin.describe_consumer_groups([unique("administered")]))
    equal(["someone"], [member.client_id for member in described.members])
    equal(2, len(described.members[0].assignment.topic_partitions))
    fails(KafkaError.NON_EMPTY_GROUP, lambda: result(admin.delete_consumer_groups([unique("administered")])))
    client.close()


def stored(group):
    request = [ConsumerGroupTopicPartitions(unique(group))]
    return result(admin.list_consumer_group_offsets(request)).topic_partitions


@check("change the offsets of a group")
def _():
    change = [ConsumerGroupTopicPartitions(unique("administered"), [first("administered", 7)])]
    result(admin.alter_consumer_group_offsets(change))
    equal([7], [partition.offset for partition in stored("administered")])


@check("delete a group")
def _():
    result(admin.delete_consumer_groups([unique("administered")]))
    equal([], stored("administered"))


@check("commit and abort transactions")
def _():
    client = transactional("letters")
    for value in ("a", "b", "c"):
        client.begin_transaction()
        send(client, "letters", *(f"{value}{index}" for index in range(3)))
        (client.abort_transaction if value == "b" else client.commit_transaction)(60)
    found = read("letters", 6, isolation_level="read_committed")
    equal(["a0", "a1", "a2", "c0", "c1", "c2"], values(found))
    equal(12, offset_of("letters", OffsetSpec.latest()))


@check("hide what is undecided")
def _():
    client = transactional("undecided")
    client.begin_transaction()
    send(client, "undecided", "open")
    reader = consumer(isolation_level="read_committed")
    reader.assign([first("undecided", 0)])
    equal([], reader.consume(1, 0.5))
    committed = admin.list_offsets(
        {first("undecided"): OffsetSpec.latest()}, isolation_level=IsolationLevel.READ_COMMITTED
    )
    equal(0, result(committed).offset)
    client.commit_transaction(60)
    equal(["open"], values(poll(reader, 1)))
    reader.close()


@check("fence an older producer")
def _():
    older = transactional("fenced")
    older.begin_transaction()
    send(older, "fenced", "lost")
    newer = transactional("fenced")
    try:
        older.commit_transaction(60)
        raise AssertionError("not fenced")
    except KafkaException as error:
        equal(True, error.args[0].fatal())
    newer.begin_transaction()
    send(newer, "fenced", "kept")
    newer.commit_transaction(60)
    equal(["kept"], values(read("fenced", 1, isolation_level="read_committed")))


@check("commit offsets in a transaction")
def _():
    reader = consumer(group_id=unique("in-transaction"))
    client = transactional("offsets")
    for offset in (3, 4):
        client.begin_transaction()
        client.send_offsets_to_transaction([first("letters", offset)], reader.consumer_group_metadata(), 60)
        (client.commit_transaction if offset == 3 else client.abort_transaction)(60)
    equal([3], [partition.offset for partition in stored("in-transaction")])
    reader.close()


@check("consume, transform and produce exactly once")
def _():
    send(producer(), "copied-from", *(f"{index}" for index in range(100)))
    reader = consumer(group_id=unique("copy"), isolation_level="read_committed")
    reader.subscribe([unique("copied-from")])
    client = transactional("copy")
    turn = 0
    done = 0
    while done < 100:
        messages = poll(reader, 10)
        client.begin_transaction()
        send(client, "copied-to", *values(messages))
        position = reader.position([first("copied-from")])
        client.send_offsets_to_transaction(position, reader.consumer_group_metadata(), 60)
        turn += 1
        if turn % 2 == 1:
            client.commit_transaction(60)
            done = position[0].offset
        else:
            client.abort_transaction(60)
            reader.seek(first("copied-from", done))
    reader.close()
    expected = [f"{index}" for index in range(100)]
    equal(expected, values(read("copied-to", 100, isolation_level="read_committed")))


@check("delete a topic")
def _():
    result(admin.delete_topics([unique("plain")]))
    eventually("its end", lambda: unique("plain") not in topics())
    fails(KafkaError.UNKNOWN_TOPIC_OR_PART, lambda: result(admin.delete_topics([unique("plain")])))
