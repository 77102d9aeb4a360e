package main

import (
	"context"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

func groupChecks() {
	group := unique("administered")
	check("list and describe a group with a member", func(ctx context.Context) {
		need(create(ctx, "administered", 2, nil))
		consumer := member("administered", "administered", kgo.ClientID("someone"))
		defer consumer.Close()
		eventually(ctx, "a stable group", func() bool {
			return must(admin.DescribeGroups(ctx, group))[group].State == "Stable"
		})
		described := must(admin.DescribeGroups(ctx, group))[group]
		equal("someone", described.Members[0].ClientID)
		equal("consumer", described.ProtocolType)
		assigned := described.AssignedPartitions()
		equal(2, len(assigned[unique("administered")]))
		equal(group, must(admin.ListGroups(ctx, "Stable"))[group].Group)
		fails(kerr.NonEmptyGroup, must(admin.DeleteGroups(ctx, group))[group].Err)
		fails(kerr.UnknownMemberID, commit(ctx, group, 6))
	})
	check("change the offsets of a group", func(ctx context.Context) {
		need(commit(ctx, group, 7))
		equal(7, stored(ctx, group))
	})
	check("delete offsets of a group", func(ctx context.Context) {
		topics := kadm.TopicsSet{}
		topics.Add(unique("administered"), 0)
		need(must(admin.DeleteOffsets(ctx, group, topics)).Error())
		equal(-1, stored(ctx, group))
	})
	check("delete a group", func(ctx context.Context) {
		need(commit(ctx, group, 1))
		need(must(admin.DeleteGroups(ctx, group))[group].Err)
		fails(kerr.GroupIDNotFound, must(admin.DeleteGroups(ctx, group))[group].Err)
	})
}

func commit(ctx context.Context, group string, at int64) error {
	offsets := kadm.Offsets{}
	offsets.Add(kadm.Offset{Topic: unique("administered"), Partition: 0, At: at, LeaderEpoch: -1})
	return must(admin.CommitOffsets(ctx, group, offsets)).Error()
}

// stored gives the offset of a group, or -1.
func stored(ctx context.Context, group string) int64 {
	found, ok := must(admin.FetchOffsets(ctx, group)).Lookup(unique("administered"), 0)
	if !ok {
		return -1
	}
	return found.At
}
