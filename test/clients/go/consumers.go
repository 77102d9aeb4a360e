package main

import (
	"context"
	"regexp"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

func consumerChecks() {
	producer := client()
	defer producer.Close()
	check("consume in a group and go on from there", func(ctx context.Context) {
		need(produce(ctx, producer, "group", numbers(500)...))
		for _, expected := range []int{500, 1} {
			consumer := member("group", "group")
			equal(expected, len(poll(ctx, consumer, expected)))
			need(consumer.CommitUncommittedOffsets(ctx))
			consumer.Close()
			need(produce(ctx, producer, "group", "last"))
		}
	})
	for name, balancer := range map[string]kgo.GroupBalancer{
		"Range": kgo.RangeBalancer(), "RoundRobin": kgo.RoundRobinBalancer(),
		"Sticky": kgo.StickyBalancer(), "CooperativeSticky": kgo.CooperativeStickyBalancer(),
	} {
		check("share partitions of two members, "+name, func(ctx context.Context) {
			share(ctx, "share-"+name, balancer)
		})
	}
	check("keep a static member's partitions over a restart", func(ctx context.Context) {
		for range 2 {
			consumer := member("static", "group", kgo.InstanceID("one"))
			equal(true, len(poll(ctx, consumer, 500)) >= 500)
			consumer.Close()
		}
		described := must(admin.DescribeGroups(ctx, unique("static")))
		equal(1, len(described[unique("static")].Members))
	})
	check("subscribe by a pattern, also to a topic that comes later", func(ctx context.Context) {
		need(produce(ctx, producer, "pattern-a", "a"))
		consumer := member("pattern", "", kgo.ConsumeRegex(), kgo.MetadataMaxAge(300*time.Millisecond),
			kgo.ConsumeTopics("^"+regexp.QuoteMeta("pattern-")+".-"+id+"$"))
		defer consumer.Close()
		equal("a", values(poll(ctx, consumer, 1)))
		need(produce(ctx, producer, "pattern-b", "b"))
		eventually(ctx, "the later topic", func() bool { return values(poll(ctx, consumer, 1)) == "b" })
	})
	check("seek, and offsets by time", func(ctx context.Context) {
		for index, value := range numbers(100) {
			sent := record("times", value)
			sent.Timestamp = time.UnixMilli(int64(1000 * (index + 1)))
			producer.Produce(ctx, sent, nil)
		}
		need(producer.Flush(ctx))
		equal(50, offset(admin.ListOffsetsAfterMilli(ctx, 50_500, unique("times"))))
		equal("50", string(read(ctx, "times", kgo.NewOffset().AfterMilli(50_500), 1)[0].Value))
		equal("98", string(read(ctx, "times", kgo.NewOffset().AtEnd().Relative(-2), 1)[0].Value))
	})
	check("begin anew where the offset is gone", func(ctx context.Context) {
		need(produce(ctx, producer, "gone", numbers(20)...))
		to := kadm.Offsets{}
		to.Add(kadm.Offset{Topic: unique("gone"), Partition: 0, At: 10})
		need(must(admin.DeleteRecords(ctx, to)).Error())
		found := read(ctx, "gone", kgo.NewOffset().At(3), 1, kgo.ConsumeResetOffset(fromStart))
		equal("10", string(found[0].Value))
	})
	check("wait for a record at the end of a topic", func(ctx context.Context) {
		end := kgo.NewOffset().At(offset(admin.ListEndOffsets(ctx, unique("group"))))
		partitions := map[string]map[int32]kgo.Offset{unique("group"): {0: end}}
		consumer := client(kgo.ConsumePartitions(partitions), kgo.FetchMaxWait(20*time.Second))
		defer consumer.Close()
		idle, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
		defer cancel()
		equal(0, consumer.PollFetches(idle).NumRecords())
		start := time.Now()
		need(produce(ctx, producer, "group", "now"))
		equal("now", values(poll(ctx, consumer, 1)))
		equal(true, time.Since(start) < 15*time.Second)
	})
}

// share has two members take half of four partitions each; when one leaves, the other takes all.
func share(ctx context.Context, topic string, balancer kgo.GroupBalancer) {
	need(create(ctx, topic, 4, nil))
	stays := member(topic, topic, kgo.Balancers(balancer))
	defer stays.Close()
	has := func(members, each int) bool {
		described := must(admin.DescribeGroups(ctx, unique(topic)))[unique(topic)]
		if described.State != "Stable" || len(described.Members) != members {
			return false
		}
		for _, one := range described.Members {
			assigned, ok := one.Assigned.AsConsumer()
			if !ok || len(assigned.Topics) != 1 || len(assigned.Topics[0].Partitions) != each {
				return false
			}
		}
		return true
	}
	eventually(ctx, "all partitions", func() bool { return has(1, 4) })
	leaves := member(topic, topic, kgo.Balancers(balancer))
	eventually(ctx, "half of the partitions", func() bool { return has(2, 2) })
	leaves.Close()
	eventually(ctx, "all partitions again", func() bool { return has(1, 4) })
}
