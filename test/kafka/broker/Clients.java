import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.*;

/**
 * Uses a broker as Java programs do; prints `ok NAME` or `failed NAME: REASON` for each check.
 * Arguments: the broker's address, then properties of all clients, KEY=VALUE each.
 */
public class Clients {
  interface Check { void run() throws Exception; }

  static final Map<String, Object> common = new HashMap<>();
  static final String id = UUID.randomUUID().toString().substring(0, 8);

  public static void main(String[] args) throws Exception {
    common.put("bootstrap.servers", args[0]);
    for (String property : Arrays.asList(args).subList(1, args.length)) {
      String[] pair = property.split("=", 2);
      common.put(pair[0], pair[1]);
    }
    try (Admin admin = Admin.create(common)) {
      check("create and describe a topic", () -> {
        var created = admin.createTopics(List.of(new NewTopic(topic("plain"), 2, (short) 1)
            .configs(Map.of("retention.ms", "5000000"))));
        created.all().get();
        equal(2, created.numPartitions(topic("plain")).get());
        equal("5000000", created.config(topic("plain")).get().get("retention.ms").value());
        var described = admin.describeTopics(List.of(topic("plain"))).allTopicNames().get();
        equal(2, described.get(topic("plain")).partitions().size());
      });
      check("refuse a topic that exists", () -> fails("TopicExistsException", () ->
          admin.createTopics(List.of(new NewTopic(topic("plain"), 1, (short) 1))).all().get()));
      check("refuse a replication factor of 3", () -> fails("InvalidReplicationFactorException", () ->
          admin.createTopics(List.of(new NewTopic(topic("three"), 1, (short) 3))).all().get()));
      check("refuse an unknown setting", () -> fails("InvalidConfigurationException", () ->
          admin.createTopics(List.of(new NewTopic(topic("odd"), 1, (short) 1)
              .configs(Map.of("no.such", "1")))).all().get()));
      check("describe the cluster", () -> equal(1, admin.describeCluster().nodes().get().size()));
      check("alter a setting", () -> {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic("plain"));
        var op = new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.APPEND);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(op))).all().get();
        var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        equal("delete,compact", config.get("cleanup.policy").value());
        op = new AlterConfigOp(new ConfigEntry("cleanup.policy", ""), AlterConfigOp.OpType.DELETE);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(op))).all().get();
      });
      check("add partitions", () ->
          admin.createPartitions(Map.of(topic("plain"), NewPartitions.increaseTo(3))).all().get());
      check("produce without idempotence", () -> {
        try (var producer = producer(Map.of("enable.idempotence", "false", "acks", "1"))) {
          equal(0L, producer.send(record("plain", 0, "a", "1")).get().offset());
        }
      });
      for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
        check("produce and consume " + codec, () -> {
          try (var producer = producer(Map.of("compression.type", codec, "linger.ms", "20"))) {
            for (int i = 0; i < 500; i++) producer.send(record(codec, 0, "k" + i, "v" + i));
          }
          equal(500, read(codec, 500, Map.of()).size());
        });
      }
      check("look up offsets", () -> {
        var partition = new TopicPartition(topic("none"), 0);
        equal(500L, admin.listOffsets(Map.of(partition, OffsetSpec.latest())).all().get().get(partition).offset());
        equal(0L, admin.listOffsets(Map.of(partition, OffsetSpec.forTimestamp(1))).all().get().get(partition).offset());
        admin.listOffsets(Map.of(partition, OffsetSpec.maxTimestamp())).all().get();
      });
      check("delete records", () -> {
        var partition = new TopicPartition(topic("none"), 0);
        admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(100))).all().get();
        equal(100L, admin.listOffsets(Map.of(partition, OffsetSpec.earliest())).all().get().get(partition).offset());
        equal(400, read("none", 400, Map.of()).size());
      });
      check("consume in a group and go on from there", () -> {
        var group = Map.<String, Object>of("group.id", "g-" + id, "auto.offset.reset", "earliest");
        try (var consumer = consumer(group)) {
          consumer.subscribe(List.of(topic("gzip")));
          equal(500, poll(consumer, 500).size());
          consumer.commitSync();
        }
        try (var producer = producer(Map.of())) { producer.send(record("gzip", 0, "z", "last")).get(); }
        try (var consumer = consumer(group)) {
          consumer.subscribe(List.of(topic("gzip")));
          equal("last", poll(consumer, 1).get(0).value());
        }
      });
      check("keep a static member's partitions over a restart", () -> {
        var member = Map.<String, Object>of("group.id", "s-" + id, "group.instance.id", "one", "auto.offset.reset", "earliest");
        for (int i = 0; i < 2; i++) {
          try (var consumer = consumer(member)) {
            consumer.subscribe(List.of(topic("lz4")));
            equal(500, poll(consumer, 500).size());
          }
        }
      });
      check("describe, list and delete groups", () -> {
        equal(true, admin.listGroups().all().get().stream().anyMatch(g -> g.groupId().equals("g-" + id)));
        var offsets = admin.listConsumerGroupOffsets("g-" + id).partitionsToOffsetAndMetadata().get();
        equal(500L, offsets.get(new TopicPartition(topic("gzip"), 0)).offset());
        admin.describeConsumerGroups(List.of("g-" + id)).all().get();
        admin.deleteConsumerGroups(List.of("g-" + id)).all().get();
      });
      check("commit and abort transactions", () -> {
        try (var producer = producer(Map.of("transactional.id", "t-" + id))) {
          producer.initTransactions();
          producer.beginTransaction();
          producer.send(record("txn", 0, "a", "committed"));
          producer.commitTransaction();
          producer.beginTransaction();
          producer.send(record("txn", 0, "a", "aborted"));
          producer.flush();
          producer.abortTransaction();
          producer.beginTransaction();
          producer.send(record("txn", 0, "a", "second"));
          producer.commitTransaction();
        }
        var values = read("txn", 2, Map.of("isolation.level", "read_committed")).stream().map(r -> r.value()).toList();
        equal(List.of("committed", "second"), values);
      });
      check("fence an older producer", () -> {
        var older = producer(Map.of("transactional.id", "f-" + id));
        older.initTransactions();
        try (var newer = producer(Map.of("transactional.id", "f-" + id))) {
          newer.initTransactions();
          older.beginTransaction();
          // Which of the two depends on the version of the transaction protocol.
          fails(Set.of("ProducerFencedException", "InvalidProducerEpochException"), () -> {
            older.send(record("txn", 0, "a", "late")).get();
            older.commitTransaction();
          });
        }
        older.close(Duration.ZERO);
      });
      check("commit offsets in a transaction", () -> {
        var partition = new TopicPartition(topic("txn"), 0);
        try (var producer = producer(Map.of("transactional.id", "o-" + id))) {
          producer.initTransactions();
          producer.beginTransaction();
          producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(3)), new ConsumerGroupMetadata("og-" + id));
          producer.commitTransaction();
        }
        equal(3L, admin.listConsumerGroupOffsets("og-" + id, new ListConsumerGroupOffsetsOptions().requireStable(true)).partitionsToOffsetAndMetadata().get().get(partition).offset());
      });
      check("describe log dirs and producers", () -> {
        int node = admin.describeCluster().nodes().get().iterator().next().id();
        admin.describeLogDirs(List.of(node)).allDescriptions().get();
        admin.describeProducers(List.of(new TopicPartition(topic("gzip"), 0))).all().get();
      });
      check("delete topics", () -> {
        admin.deleteTopics(List.of(topic("plain"), topic("gzip"))).all().get();
        fails("UnknownTopicOrPartitionException", () -> admin.describeTopics(List.of(topic("plain"))).allTopicNames().get());
      });
    }
  }

  static void check(String name, Check check) {
    try {
      check.run();
      System.out.println("ok " + name);
    } catch (Throwable error) {
      System.out.println("failed " + name + ": " + error);
    }
  }

  static void equal(Object expected, Object found) {
    if (!expected.equals(found)) throw new AssertionError("expected " + expected + ", found " + found);
  }

  static void fails(String expected, Check check) throws Exception {
    fails(Set.of(expected), check);
  }

  static void fails(Set<String> expected, Check check) throws Exception {
    try {
      check.run();
    } catch (Exception error) {
      Throwable cause = error instanceof ExecutionException ? error.getCause() : error;
      String found = cause.getClass().getSimpleName();
      if (!expected.contains(found)) throw new AssertionError("expected " + expected + ", found " + found);
      return;
    }
    throw new AssertionError("expected " + expected);
  }

  static String topic(String name) { return name + "-" + id; }

  static ProducerRecord<String, String> record(String topic, int partition, String key, String value) {
    return new ProducerRecord<>(topic(topic), partition, key, value);
  }

  static KafkaProducer<String, String> producer(Map<String, Object> more) {
    var props = new HashMap<>(common);
    props.putAll(Map.of("max.block.ms", "15000", "delivery.timeout.ms", "15000", "request.timeout.ms", "10000"));
    props.putAll(more);
    return new KafkaProducer<>(props, new StringSerializer(), new StringSerializer());
  }

  static KafkaConsumer<String, String> consumer(Map<String, Object> more) {
    var props = new HashMap<>(common);
    props.putAll(Map.of("enable.auto.commit", "false", "default.api.timeout.ms", "15000"));
    props.putAll(more);
    return new KafkaConsumer<>(props, new StringDeserializer(), new StringDeserializer());
  }

  static List<ConsumerRecord<String, String>> read(String topic, int count, Map<String, Object> more) {
    try (var consumer = consumer(more)) {
      var partition = new TopicPartition(topic(topic), 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return poll(consumer, count);
    }
  }

  static List<ConsumerRecord<String, String>> poll(KafkaConsumer<String, String> consumer, int count) {
    var records = new ArrayList<ConsumerRecord<String, String>>();
    long deadline = System.currentTimeMillis() + 15000;
    while (records.size() < count && System.currentTimeMillis() < deadline) {
      consumer.poll(Duration.ofMillis(200)).forEach(records::add);
    }
    return records;
  }
}
