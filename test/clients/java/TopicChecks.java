import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.config.ConfigResource;

class TopicChecks extends Checks {
  TopicChecks(Map<String, Object> settings, Admin admin) { super(settings, admin); }

  void run() {
    check("create and describe a topic", () -> {
      var created = admin.createTopics(List.of(new NewTopic(unique("plain"), 2, (short) 1)
          .configs(Map.of("retention.ms", "5000000"))));
      created.all().get();
      equal(2, created.numPartitions(unique("plain")).get());
      equal("5000000", created.config(unique("plain")).get().get("retention.ms").value());
      eventually("the topic in all answers", () -> admin.listTopics().names().get().contains(unique("plain")));
      var described = admin.describeTopics(List.of(unique("plain"))).allTopicNames().get();
      equal(2, described.get(unique("plain")).partitions().size());
    });
    check("describe and delete a topic by its id", () -> {
      create("by-id", 3, Map.of());
      var topic = admin.describeTopics(List.of(unique("by-id"))).allTopicNames().get().get(unique("by-id")).topicId();
      var described = admin.describeTopics(TopicCollection.ofTopicIds(List.of(topic))).allTopicIds().get();
      equal(unique("by-id"), described.get(topic).name());
      admin.deleteTopics(TopicCollection.ofTopicIds(List.of(topic))).all().get();
      eventually("its end", () -> !admin.listTopics().names().get().contains(unique("by-id")));
    });
    check("create topics with the broker's defaults", () -> {
      var created = admin.createTopics(List.of(new NewTopic(unique("default"), Optional.empty(), Optional.empty())));
      equal(1, created.numPartitions(unique("default")).get());
      equal(1, created.replicationFactor(unique("default")).get());
    });
    check("validate a topic without creating it", () -> {
      admin.createTopics(List.of(new NewTopic(unique("valid"), 1, (short) 1)),
          new CreateTopicsOptions().validateOnly(true)).all().get();
      equal(false, admin.listTopics().names().get().contains(unique("valid")));
    });
    check("refuse a topic that exists", () ->
        fails("TopicExistsException", () -> create("plain", 1, Map.of())));
    check("refuse a name that no topic can have", () -> fails("InvalidTopicException", () ->
        admin.createTopics(List.of(new NewTopic("no spaces", 1, (short) 1))).all().get()));
    check("refuse a replication factor of 3", () -> fails("InvalidReplicationFactorException", () ->
        admin.createTopics(List.of(new NewTopic(unique("three"), 1, (short) 3))).all().get()));
    check("refuse an unknown setting", () -> fails("InvalidConfigurationException", () ->
        create("odd", 1, Map.of("no.such", "1"))));
    check("refuse fewer partitions than there are", () -> fails("InvalidPartitionsException", () ->
        admin.createPartitions(Map.of(unique("plain"), NewPartitions.increaseTo(1))).all().get()));
    check("describe the cluster", () -> {
      equal(1, admin.describeCluster().nodes().get().size());
      equal(false, admin.describeCluster().clusterId().get().isEmpty());
      admin.describeFeatures().featureMetadata().get();
    });
    check("alter a setting", () -> {
      var topic = new ConfigResource(ConfigResource.Type.TOPIC, unique("plain"));
      alter(topic, new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.APPEND));
      eventually("the setting", () -> setting(topic, "cleanup.policy").value().equals("delete,compact"));
      equal(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG, setting(topic, "cleanup.policy").source());
      alter(topic, new AlterConfigOp(new ConfigEntry("cleanup.policy", ""), AlterConfigOp.OpType.DELETE));
      eventually("the default", () -> setting(topic, "cleanup.policy").value().equals("delete"));
      equal(ConfigEntry.ConfigSource.DEFAULT_CONFIG, setting(topic, "cleanup.policy").source());
    });
    check("describe the settings of the broker", () -> {
      var node = admin.describeCluster().nodes().get().iterator().next().idString();
      equal("1048588", setting(new ConfigResource(ConfigResource.Type.BROKER, node), "message.max.bytes").value());
    });
    check("add partitions", () -> {
      admin.createPartitions(Map.of(unique("plain"), NewPartitions.increaseTo(3))).all().get();
      eventually("three partitions", () -> admin.describeTopics(List.of(unique("plain"))).allTopicNames().get()
          .get(unique("plain")).partitions().size() == 3);
    });
    check("look up offsets", () -> {
      produce("lookup", 500, Map.of());
      equal(500L, offset("lookup", OffsetSpec.latest()));
      equal(0L, offset("lookup", OffsetSpec.earliest()));
      equal(0L, offset("lookup", OffsetSpec.forTimestamp(1)));
      equal(-1L, offset("lookup", OffsetSpec.forTimestamp(System.currentTimeMillis() + 3_600_000)));
      equal(true, offset("lookup", OffsetSpec.maxTimestamp()) >= 0);
    });
    check("delete records", () -> {
      admin.deleteRecords(Map.of(first("lookup"), RecordsToDelete.beforeOffset(100))).all().get();
      equal(100L, offset("lookup", OffsetSpec.earliest()));
      equal("v100", read("lookup", 400, Map.of()).get(0).value());
      fails("OffsetOutOfRangeException", () ->
          admin.deleteRecords(Map.of(first("lookup"), RecordsToDelete.beforeOffset(501))).all().get());
    });
    check("describe log dirs", () -> {
      int node = admin.describeCluster().nodes().get().iterator().next().id();
      var dirs = admin.describeLogDirs(List.of(node)).allDescriptions().get().get(node);
      equal(true, dirs.values().stream().anyMatch(dir -> dir.replicaInfos().containsKey(first("lookup"))));
    });
    check("delete a topic", () -> {
      admin.deleteTopics(List.of(unique("plain"))).all().get();
      eventually("its end", () -> !admin.listTopics().names().get().contains(unique("plain")));
      fails("UnknownTopicOrPartitionException", () ->
          admin.describeTopics(List.of(unique("plain"))).allTopicNames().get());
      fails("UnknownTopicOrPartitionException", () -> admin.deleteTopics(List.of(unique("plain"))).all().get());
    });
  }

  private void alter(ConfigResource resource, AlterConfigOp op) throws Exception {
    admin.incrementalAlterConfigs(Map.of(resource, List.of(op))).all().get();
  }

  private ConfigEntry setting(ConfigResource resource, String name) throws Exception {
    return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(name);
  }
}
