import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;

class GroupChecks extends Checks {
  private final String group = unique("administered");

  GroupChecks(Map<String, Object> settings, Admin admin) { super(settings, admin); }

  void run() {
    check("list and describe a group with a member", () -> {
      create("administered", 2, Map.of());
      try (var consumer = consumer(Map.of("group.id", group, "client.id", "someone"))) {
        consumer.subscribe(List.of(unique("administered")));
        eventually("a member", () -> { consumer.poll(poll); return consumer.assignment().size() == 2; });
        consumer.commitSync(Map.of(first("administered"), new OffsetAndMetadata(5)));
        equal(true, admin.listGroups().all().get().stream().anyMatch(found -> found.groupId().equals(group)));
        var described = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
        equal(GroupState.STABLE, described.groupState());
        var member = described.members().iterator().next();
        equal("someone", member.clientId());
        equal(2, member.assignment().topicPartitions().size());
        fails("GroupNotEmptyException", () -> admin.deleteConsumerGroups(List.of(group)).all().get());
        fails("GroupSubscribedToTopicException", () ->
            admin.deleteConsumerGroupOffsets(group, Set.of(first("administered"))).all().get());
        fails("UnknownMemberIdException", () -> alter(6));
      }
    });
    check("list groups by state and type", () -> {
      eventually("an empty group", () -> admin.listGroups(new ListGroupsOptions().inGroupStates(Set.of(GroupState.EMPTY)))
          .all().get().stream().anyMatch(found -> found.groupId().equals(group)));
      var stable = admin.listGroups(new ListGroupsOptions().inGroupStates(Set.of(GroupState.STABLE))).all().get();
      equal(false, stable.stream().anyMatch(found -> found.groupId().equals(group)));
    });
    check("change the offsets of a group", () -> {
      alter(7);
      equal(7L, offsets().get(first("administered")).offset());
    });
    check("delete offsets of a group", () -> {
      admin.deleteConsumerGroupOffsets(group, Set.of(first("administered"))).all().get();
      equal(true, offsets().isEmpty());
    });
    check("remove a static member", () -> {
      String named = unique("removed");
      try (var consumer = consumer(Map.of("group.id", named, "group.instance.id", "old"))) {
        consumer.subscribe(List.of(unique("administered")));
        eventually("a member", () -> { consumer.poll(poll); return consumer.assignment().size() == 2; });
      }
      admin.removeMembersFromConsumerGroup(named, new RemoveMembersFromConsumerGroupOptions(
          List.of(new MemberToRemove("old")))).all().get();
      equal(GroupState.EMPTY, admin.describeConsumerGroups(List.of(named)).all().get().get(named).groupState());
    });
    check("delete a group", () -> {
      alter(1);
      admin.deleteConsumerGroups(List.of(group)).all().get();
      equal(true, offsets().isEmpty());
      fails("GroupIdNotFoundException", () -> admin.deleteConsumerGroups(List.of(group)).all().get());
    });
  }

  private void alter(long offset) throws Exception {
    admin.alterConsumerGroupOffsets(group, Map.of(first("administered"), new OffsetAndMetadata(offset))).all().get();
  }

  private Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets() throws Exception {
    return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
  }
}
