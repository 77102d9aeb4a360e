import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.*;

/** What the checks have in common; prints `ok NAME` or `failed NAME: REASON` for each. */
abstract class Checks {
  interface Check { void run() throws Exception; }
  interface Condition { boolean holds() throws Exception; }

  /** Part of every name, so that programs and runs don't meet. */
  static final String id = UUID.randomUUID().toString().substring(0, 8);
  static final Duration poll = Duration.ofMillis(100);
  static final String assignors = "org.apache.kafka.clients.consumer.";

  /** How to reach the broker. */
  final Map<String, Object> settings;
  final Admin admin;

  Checks(Map<String, Object> settings, Admin admin) {
    this.settings = settings;
    this.admin = admin;
  }

  static void check(String name, Check check) {
    try {
      check.run();
      System.out.println("ok " + name);
    } catch (Throwable error) {
      System.out.println("failed " + name + ": " + error.toString().replace('\n', ' '));
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
      equal(true, expected.contains(cause.getClass().getSimpleName()) ? true : cause.toString());
      return;
    }
    throw new AssertionError("expected " + expected);
  }

  static void eventually(String what, Condition condition) throws Exception {
    long deadline = System.currentTimeMillis() + 60_000;
    while (!condition.holds()) {
      if (System.currentTimeMillis() > deadline) throw new AssertionError("not within 60 s: " + what);
      Thread.sleep(20);
    }
  }

  static String unique(String name) { return name + "-" + id; }

  static TopicPartition first(String topic) { return new TopicPartition(unique(topic), 0); }

  static ProducerRecord<String, String> record(String topic, String key, String value) {
    return new ProducerRecord<>(unique(topic), 0, key, value);
  }

  void create(String topic, int partitions, Map<String, String> configs) throws Exception {
    admin.createTopics(List.of(new NewTopic(unique(topic), partitions, (short) 1).configs(configs))).all().get();
    eventually("the topic in all answers", () -> admin.listTopics().names().get().contains(unique(topic)));
  }

  KafkaProducer<String, String> producer(Map<String, Object> more) {
    var props = new HashMap<>(settings);
    props.putAll(Map.of("max.block.ms", "60000", "delivery.timeout.ms", "60000", "request.timeout.ms", "30000"));
    props.putAll(more);
    return new KafkaProducer<>(props, new StringSerializer(), new StringSerializer());
  }

  void produce(String topic, int count, Map<String, Object> more) throws Exception {
    try (var producer = producer(more)) {
      for (int i = 0; i < count; i++) producer.send(record(topic, "k" + i, "v" + i));
    }
  }

  KafkaConsumer<String, String> consumer(Map<String, Object> more) {
    var props = new HashMap<>(settings);
    props.putAll(Map.of("enable.auto.commit", "false",
        "session.timeout.ms", "6000", "heartbeat.interval.ms", "300",
        "auto.offset.reset", "earliest"));
    props.putAll(more);
    return new KafkaConsumer<>(props, new StringDeserializer(), new StringDeserializer());
  }

  /** First records of partition 0. */
  List<ConsumerRecord<String, String>> read(String topic, int count, Map<String, Object> more) {
    try (var consumer = consumer(more)) {
      consumer.assign(List.of(first(topic)));
      consumer.seekToBeginning(List.of(first(topic)));
      return read(consumer, count);
    }
  }

  static List<ConsumerRecord<String, String>> read(KafkaConsumer<String, String> consumer, int count) {
    var records = new ArrayList<ConsumerRecord<String, String>>();
    long deadline = System.currentTimeMillis() + 60_000;
    while (records.size() < count && System.currentTimeMillis() < deadline) {
      consumer.poll(poll).forEach(records::add);
    }
    return records;
  }

  static List<String> values(List<ConsumerRecord<String, String>> records) {
    return records.stream().map(ConsumerRecord::value).toList();
  }

  long offset(String topic, OffsetSpec spec) throws Exception {
    return admin.listOffsets(Map.of(first(topic), spec)).all().get().get(first(topic)).offset();
  }
}
