import java.time.Duration;
import java.util.*;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.ProducerRecord;

class ConsumerChecks extends Checks {
  ConsumerChecks(Map<String, Object> settings, Admin admin) { super(settings, admin); }

  void run() {
    check("consume in a group and go on from there", () -> {
      produce("group", 500, Map.of());
      var group = Map.<String, Object>of("group.id", unique("group"));
      try (var consumer = consumer(group)) {
        consumer.subscribe(List.of(unique("group")));
        equal(500, read(consumer, 500).size());
        consumer.commitSync(Map.of(first("group"), new OffsetAndMetadata(500, "note")));
        equal("note", consumer.committed(Set.of(first("group"))).get(first("group")).metadata());
      }
      try (var producer = producer(Map.of())) { producer.send(record("group", "z", "last")).get(); }
      try (var consumer = consumer(group)) {
        consumer.subscribe(List.of(unique("group")));
        equal("last", read(consumer, 1).get(0).value());
      }
    });
    for (String assignor : List.of("Range", "RoundRobin", "Sticky", "CooperativeSticky")) {
      check("share partitions of two members, " + assignor, () -> share(assignor));
    }
    check("keep a static member's partitions over a restart", () -> {
      var member = Map.<String, Object>of("group.id", unique("static"), "group.instance.id", "one");
      for (int i = 0; i < 2; i++) {
        try (var consumer = consumer(member)) {
          consumer.subscribe(List.of(unique("group")));
          equal(501, read(consumer, 501).size());
        }
      }
      equal(1, admin.describeConsumerGroups(List.of(unique("static"))).all().get().get(unique("static")).members().size());
    });
    check("fence the older of two members with one instance id", () -> {
      var member = Map.<String, Object>of("group.id", unique("twins"), "group.instance.id", "twin");
      try (var older = consumer(member); var newer = consumer(member)) {
        older.subscribe(List.of(unique("group")));
        read(older, 1);
        newer.subscribe(List.of(unique("group")));
        read(newer, 1);
        fails("FencedInstanceIdException", () ->
            eventually("the older to be fenced", () -> older.poll(poll) == null));
      }
    });
    check("subscribe by a pattern, also to a topic that comes later", () -> {
      produce("pattern-a", 1, Map.of());
      try (var consumer = consumer(Map.of("group.id", unique("pattern"), "metadata.max.age.ms", "300"))) {
        consumer.subscribe(Pattern.compile("pattern-.-" + id));
        equal(unique("pattern-a"), read(consumer, 1).get(0).topic());
        produce("pattern-b", 1, Map.of());
        var topics = new TreeSet<String>();
        eventually("both topics", () -> {
          consumer.poll(poll).forEach(record -> topics.add(record.topic()));
          return topics.contains(unique("pattern-b"));
        });
      }
    });
    check("seek, and offsets by time", () -> {
      try (var producer = producer(Map.of())) {
        for (int i = 0; i < 100; i++) producer.send(new ProducerRecord<>(unique("times"), 0, 1000L * i + 1000, "k", "v" + i));
      }
      try (var consumer = consumer(Map.of())) {
        consumer.assign(List.of(first("times")));
        var found = consumer.offsetsForTimes(Map.of(first("times"), 50_500L)).get(first("times"));
        equal(50L, found.offset());
        equal(51_000L, found.timestamp());
        consumer.seek(first("times"), found.offset());
        equal("v50", read(consumer, 1).get(0).value());
        consumer.seekToEnd(List.of(first("times")));
        equal(100L, consumer.position(first("times")));
        equal(0L, consumer.beginningOffsets(List.of(first("times"))).get(first("times")));
      }
    });
    check("begin anew where the offset is gone", () -> {
      produce("gone", 20, Map.of());
      admin.deleteRecords(Map.of(first("gone"), RecordsToDelete.beforeOffset(10))).all().get();
      try (var consumer = consumer(Map.of())) {
        consumer.assign(List.of(first("gone")));
        consumer.seek(first("gone"), 3);
        equal("v10", read(consumer, 1).get(0).value());
      }
      try (var consumer = consumer(Map.of("auto.offset.reset", "none"))) {
        consumer.assign(List.of(first("gone")));
        consumer.seek(first("gone"), 3);
        fails("OffsetOutOfRangeException", () -> read(consumer, 1));
      }
    });
    check("wait for a record at the end of a topic", () -> {
      try (var consumer = consumer(Map.of("fetch.max.wait.ms", "20000")); var producer = producer(Map.of())) {
        consumer.assign(List.of(first("group")));
        consumer.seekToEnd(List.of(first("group")));
        consumer.position(first("group"));
        consumer.poll(Duration.ofMillis(300));
        long start = System.currentTimeMillis();
        producer.send(record("group", "k", "now")).get();
        equal("now", read(consumer, 1).get(0).value());
        equal(true, System.currentTimeMillis() - start < 15_000);
        consumer.close(CloseOptions.timeout(Duration.ZERO));
      }
    });
  }

  /** Two members take half of four partitions each; when one leaves, the other takes all. */
  private void share(String assignor) throws Exception {
    String topic = "share-" + assignor;
    create(topic, 4, Map.of());
    var settings = Map.<String, Object>of("group.id", unique(topic),
        "partition.assignment.strategy", assignors + assignor + "Assignor");
    try (var stays = consumer(settings)) {
      stays.subscribe(List.of(unique(topic)));
      eventually("all partitions", () -> has(stays, 4));
      try (var leaves = consumer(settings)) {
        leaves.subscribe(List.of(unique(topic)));
        eventually("half of the partitions", () -> has(stays, 2) & has(leaves, 2));
      }
      eventually("all partitions again", () -> has(stays, 4));
    }
  }

  private static boolean has(KafkaConsumer<String, String> consumer, int partitions) {
    consumer.poll(poll);
    return consumer.assignment().size() == partitions;
  }
}
