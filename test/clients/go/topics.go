package main

import (
	"context"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

func setting(ctx context.Context, topic, name string) string {
	described := must(must(admin.DescribeTopicConfigs(ctx, unique(topic))).On(unique(topic), nil))
	for _, config := range described.Configs {
		if config.Key == name {
			return config.MaybeValue()
		}
	}
	panic("no setting " + name)
}

func topicChecks() {
	check("create and describe a topic", func(ctx context.Context) {
		need(create(ctx, "plain", 2, map[string]string{"retention.ms": "5000000"}))
		equal("5000000", setting(ctx, "plain", "retention.ms"))
	})
	check("refuse a topic that exists", func(ctx context.Context) {
		fails(kerr.TopicAlreadyExists, create(ctx, "plain", 1, nil))
	})
	check("refuse a name that no topic can have", func(ctx context.Context) {
		fails(kerr.InvalidTopicException, create(ctx, "no spaces", 1, nil))
	})
	check("refuse an unknown setting", func(ctx context.Context) {
		fails(kerr.InvalidConfig, create(ctx, "odd", 1, map[string]string{"no.such": "1"}))
	})
	check("describe the cluster", func(ctx context.Context) {
		equal(1, len(must(admin.BrokerMetadata(ctx)).Brokers))
	})
	check("alter a setting", func(ctx context.Context) {
		change := []kadm.AlterConfig{{Op: kadm.AppendConfig, Name: "cleanup.policy", Value: kadm.StringPtr("compact")}}
		need(must(must(admin.AlterTopicConfigs(ctx, change, unique("plain"))).On(unique("plain"), nil)).Err)
		eventually(ctx, "the setting", func() bool { return setting(ctx, "plain", "cleanup.policy") == "delete,compact" })
	})
	check("add partitions", func(ctx context.Context) {
		need(must(admin.UpdatePartitions(ctx, 3, unique("plain"))).Error())
		eventually(ctx, "three partitions", func() bool { return partitionsOf(ctx, "plain") == 3 })
	})
	check("look up offsets", func(ctx context.Context) {
		producer := client()
		defer producer.Close()
		need(produce(ctx, producer, "lookup", numbers(500)...))
		equal(500, offset(admin.ListEndOffsets(ctx, unique("lookup"))))
		equal(0, offset(admin.ListStartOffsets(ctx, unique("lookup"))))
		equal(0, offset(admin.ListOffsetsAfterMilli(ctx, 1, unique("lookup"))))
		equal(true, offset(admin.ListMaxTimestampOffsets(ctx, unique("lookup"))) >= 0)
	})
	check("delete records", func(ctx context.Context) {
		to := kadm.Offsets{}
		to.Add(kadm.Offset{Topic: unique("lookup"), Partition: 0, At: 100})
		need(must(admin.DeleteRecords(ctx, to)).Error())
		equal(100, offset(admin.ListStartOffsets(ctx, unique("lookup"))))
		equal("100", string(read(ctx, "lookup", fromStart, 1)[0].Value))
	})
	check("describe log dirs", func(ctx context.Context) {
		found := false
		for _, dirs := range must(admin.DescribeAllLogDirs(ctx, nil)) {
			need(dirs.Error())
			_, has := dirs.LookupPartition(unique("lookup"), 0)
			found = found || has
		}
		equal(true, found)
	})
	check("delete a topic", func(ctx context.Context) {
		need(must(admin.DeleteTopic(ctx, unique("plain"))).Err)
		eventually(ctx, "its end", func() bool { return partitionsOf(ctx, "plain") == 0 })
		_, err := admin.DeleteTopic(ctx, unique("plain"))
		fails(kerr.UnknownTopicOrPartition, err)
	})
}

func partitionsOf(ctx context.Context, topic string) int {
	return len(must(admin.ListTopics(ctx))[unique(topic)].Partitions)
}

// offset takes that of partition 0 of the only topic.
func offset(listed kadm.ListedOffsets, err error) int64 {
	need(err)
	need(listed.Error())
	for _, ofTopic := range listed {
		return ofTopic[0].Offset
	}
	panic("no offset")
}
