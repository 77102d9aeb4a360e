import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.KafkaProducer;

class TransactionChecks extends Checks {
  private static final Map<String, Object> committed = Map.of("isolation.level", "read_committed");

  TransactionChecks(Map<String, Object> settings, Admin admin) { super(settings, admin); }

  void run() {
    check("commit and abort transactions", () -> {
      try (var producer = transactional("letters")) {
        for (String value : List.of("a", "b", "c")) {
          producer.beginTransaction();
          for (int i = 0; i < 3; i++) producer.send(record("letters", null, value + i));
          producer.flush();
          if (value.equals("b")) producer.abortTransaction();
          else producer.commitTransaction();
        }
      }
      equal(List.of("a0", "a1", "a2", "c0", "c1", "c2"), values(read("letters", 6, committed)));
      // Each decision takes an offset of its own in the log.
      equal(12L, offset("letters", OffsetSpec.latest()));
    });
    check("hide what is undecided", () -> {
      try (var producer = transactional("undecided"); var consumer = consumer(committed)) {
        producer.beginTransaction();
        producer.send(record("undecided", null, "open")).get();
        consumer.assign(List.of(first("undecided")));
        equal(0L, consumer.endOffsets(List.of(first("undecided"))).get(first("undecided")));
        equal(0, consumer.poll(Duration.ofMillis(300)).count());
        equal(List.of("open"), values(read("undecided", 1, Map.of())));
        producer.commitTransaction();
        equal(List.of("open"), values(read(consumer, 1)));
      }
    });
    check("fence an older producer", () -> {
      var older = transactional("fenced");
      older.beginTransaction();
      older.send(record("fenced", null, "lost")).get();
      try (var newer = transactional("fenced")) {
        // Which of the two depends on the version of the transaction protocol.
        fails(Set.of("ProducerFencedException", "InvalidProducerEpochException"), () -> {
          older.send(record("fenced", null, "late")).get();
          older.commitTransaction();
        });
        newer.beginTransaction();
        newer.send(record("fenced", null, "kept"));
        newer.commitTransaction();
      }
      older.close(Duration.ZERO);
      equal(List.of("kept"), values(read("fenced", 1, committed)));
    });
    check("commit offsets in a transaction", () -> {
      var group = unique("in-transaction");
      try (var producer = transactional("offsets")) {
        for (long offset : new long[] {3, 4}) {
          producer.beginTransaction();
          producer.sendOffsetsToTransaction(Map.of(first("letters"), new OffsetAndMetadata(offset)), new ConsumerGroupMetadata(group));
          if (offset == 3) producer.commitTransaction();
          else producer.abortTransaction();
        }
      }
      var stable = new ListConsumerGroupOffsetsOptions().requireStable(true);
      equal(3L, admin.listConsumerGroupOffsets(group, stable).partitionsToOffsetAndMetadata().get().get(first("letters")).offset());
    });
    check("consume, transform and produce exactly once", this::copy);
    check("abort a transaction that takes too long", () -> {
      try (var producer = transactional("slow", Map.of("transaction.timeout.ms", "1000"))) {
        producer.beginTransaction();
        producer.send(record("slow", null, "late")).get();
        eventually("the end of the transaction", () -> state("slow") == TransactionState.COMPLETE_ABORT);
        try (var consumer = consumer(committed)) {
          eventually("the end", () -> consumer.endOffsets(List.of(first("slow"))).get(first("slow")) == 2);
        }
        fails(Set.of("ProducerFencedException", "InvalidProducerEpochException", "InvalidTxnStateException"),
            producer::commitTransaction);
      }
    });
    check("refuse a timeout that the broker does not allow", () ->
        fails(Set.of("InvalidTxnTimeoutException", "KafkaException"), () ->
            transactional("patient", Map.of("transaction.timeout.ms", "900001")).close()));
    check("list, describe and abort transactions, fence producers", this::administer);
  }

  /** Half of the transactions abort and go back to the offset that is stored. */
  private void copy() throws Exception {
    produce("copied-from", 100, Map.of());
    var settings = Map.<String, Object>of("group.id", unique("copy"), "isolation.level", "read_committed", "max.poll.records", "10");
    try (var consumer = consumer(settings); var producer = transactional("copy")) {
      consumer.subscribe(List.of(unique("copied-from")));
      for (int turn = 0; consumer.assignment().isEmpty() || consumer.position(first("copied-from")) < 100; turn++) {
        var records = consumer.poll(poll);
        if (records.isEmpty()) continue;
        producer.beginTransaction();
        for (var found : records) producer.send(record("copied-to", found.key(), found.value()));
        producer.sendOffsetsToTransaction(
            Map.of(first("copied-from"), new OffsetAndMetadata(consumer.position(first("copied-from")))), consumer.groupMetadata());
        if (turn % 2 == 0) {
          producer.commitTransaction();
        } else {
          producer.abortTransaction();
          var stored = consumer.committed(Set.of(first("copied-from"))).get(first("copied-from"));
          consumer.seek(first("copied-from"), stored == null ? 0 : stored.offset());
        }
      }
    }
    equal(values(read("copied-from", 100, Map.of())), values(read("copied-to", 100, committed)));
  }

  private void administer() throws Exception {
    var producer = transactional("admin");
    producer.beginTransaction();
    producer.send(record("admin", null, "a")).get();
    equal(TransactionState.ONGOING, state("admin"));
    equal(Set.of(first("admin")), admin.describeTransactions(List.of(unique("admin")))
        .description(unique("admin")).get().topicPartitions());
    equal(true, admin.listTransactions().all().get().stream().anyMatch(one ->
        one.transactionalId().equals(unique("admin")) && one.state() == TransactionState.ONGOING));
    var open = activeProducer();
    equal(0L, open.currentTransactionStartOffset().getAsLong());
    admin.abortTransaction(new AbortTransactionSpec(
        first("admin"), open.producerId(), (short) open.producerEpoch(), 0)).all().get();
    equal(false, activeProducer().currentTransactionStartOffset().isPresent());
    admin.fenceProducers(List.of(unique("admin"))).all().get();
    fails(Set.of("ProducerFencedException", "InvalidProducerEpochException"), () -> {
      producer.send(record("admin", null, "b")).get();
      producer.commitTransaction();
    });
    producer.close(Duration.ZERO);
  }

  private ProducerState activeProducer() throws Exception {
    return admin.describeProducers(List.of(first("admin"))).partitionResult(first("admin")).get().activeProducers().get(0);
  }

  private TransactionState state(String name) throws Exception {
    return admin.describeTransactions(List.of(unique(name))).description(unique(name)).get().state();
  }

  private KafkaProducer<String, String> transactional(String name) {
    return transactional(name, Map.of());
  }

  private KafkaProducer<String, String> transactional(String name, Map<String, Object> more) {
    var settings = new HashMap<>(more);
    settings.put("transactional.id", unique(name));
    var producer = producer(settings);
    try {
      producer.initTransactions();
    } catch (RuntimeException error) {
      producer.close(Duration.ZERO);
      throw error;
    }
    return producer;
  }
}
