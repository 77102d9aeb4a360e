import java.util.*;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;

class ProducerChecks extends Checks {
  ProducerChecks(Map<String, Object> settings, Admin admin) { super(settings, admin); }

  void run() {
    check("produce without idempotence", () -> {
      try (var producer = producer(Map.of("enable.idempotence", "false", "acks", "1"))) {
        equal(0L, producer.send(record("plain-producer", "a", "1")).get().offset());
        equal(1L, producer.send(record("plain-producer", "a", "2")).get().offset());
      }
    });
    check("produce without acknowledgement", () -> {
      // Until the topic is ready records without acknowledgement get lost.
      produce("no-acks", 1, Map.of());
      produce("no-acks", 100, Map.of("enable.idempotence", "false", "acks", "0"));
      equal(101, read("no-acks", 101, Map.of()).size());
    });
    check("produce with idempotence, in order", () -> {
      try (var producer = producer(Map.of("enable.idempotence", "true", "batch.size", "1000"))) {
        for (int i = 0; i < 2000; i++) producer.send(record("idempotent", null, "" + i));
      }
      equal(IntStream.range(0, 2000).mapToObj(Integer::toString).toList(), values(read("idempotent", 2000, Map.of())));
    });
    for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
      check("produce and consume " + codec, () -> {
        produce(codec, 500, Map.of("compression.type", codec, "linger.ms", "20"));
        equal(500, read(codec, 500, Map.of()).size());
      });
    }
    check("keep keys, nulls, headers and timestamps", () -> {
      try (var producer = producer(Map.of())) {
        var headers = List.<org.apache.kafka.common.header.Header>of(new RecordHeader("h", "1".getBytes()), new RecordHeader("null", (byte[]) null));
        producer.send(new ProducerRecord<>(unique("shapes"), 0, 1_600_000_000_000L, "ü", "日本", headers));
        producer.send(new ProducerRecord<>(unique("shapes"), 0, 1_600_000_000_001L, (String) null, (String) null));
      }
      var records = read("shapes", 2, Map.of());
      equal("ü=日本 " + 1_600_000_000_000L, records.get(0).key() + "=" + records.get(0).value() + " " + records.get(0).timestamp());
      equal("1", new String(records.get(0).headers().lastHeader("h").value()));
      equal(true, records.get(0).headers().lastHeader("null").value() == null);
      equal(true, records.get(1).key() == null && records.get(1).value() == null);
    });
    check("give records the time of the broker", () -> {
      create("append-time", 1, Map.of("message.timestamp.type", "LogAppendTime"));
      try (var producer = producer(Map.of())) {
        var sent = producer.send(new ProducerRecord<>(unique("append-time"), 0, 1L, "k", "v")).get();
        var found = read("append-time", 1, Map.of()).get(0);
        equal(TimestampType.LOG_APPEND_TIME, found.timestampType());
        equal(sent.timestamp(), found.timestamp());
        equal(true, Math.abs(found.timestamp() - System.currentTimeMillis()) < 60_000);
      }
    });
    check("large records", () -> {
      create("large", 1, Map.of("max.message.bytes", "6000000"));
      String value = "ab".repeat(2_500_000);
      try (var producer = producer(Map.of("max.request.size", "7000000"))) {
        for (int i = 0; i < 3; i++) producer.send(record("large", "k", value));
      }
      equal(List.of(value, value, value), values(read("large", 3, Map.of())));
    });
    check("refuse a record that is too large", () -> {
      create("small", 1, Map.of("max.message.bytes", "1000"));
      try (var producer = producer(Map.of())) {
        fails("RecordTooLargeException", () -> producer.send(record("small", "k", "x".repeat(2000))).get());
        producer.send(record("small", "k", "fits")).get();
      }
    });
    check("refuse a record without a key in a compacted topic", () -> {
      create("compacted", 1, Map.of("cleanup.policy", "compact"));
      try (var producer = producer(Map.of())) {
        fails("InvalidRecordException", () -> producer.send(record("compacted", null, "x")).get());
      }
    });
    check("produce to a partition that is added meanwhile", () -> {
      create("growing", 1, Map.of());
      try (var producer = producer(Map.of("metadata.max.age.ms", "300"))) {
        producer.send(record("growing", "k", "v")).get();
        admin.createPartitions(Map.of(unique("growing"), org.apache.kafka.clients.admin.NewPartitions.increaseTo(2))).all().get();
        equal(0L, producer.send(new ProducerRecord<>(unique("growing"), 1, "k", "v")).get().offset());
      }
    });
  }
}
