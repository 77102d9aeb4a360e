package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

var committed = kgo.FetchIsolationLevel(kgo.ReadCommitted())

func transactionChecks() {
	check("commit and abort transactions", func(ctx context.Context) {
		producer := client(kgo.TransactionalID(unique("letters")))
		defer producer.Close()
		for _, value := range []string{"a", "b", "c"} {
			need(producer.BeginTransaction())
			need(produce(ctx, producer, "letters", value+"0", value+"1", value+"2"))
			need(producer.EndTransaction(ctx, kgo.TransactionEndTry(value != "b")))
		}
		equal("a0 a1 a2 c0 c1 c2", values(read(ctx, "letters", fromStart, 6, committed)))
		equal(12, offset(admin.ListEndOffsets(ctx, unique("letters"))))
	})
	check("hide what is undecided", func(ctx context.Context) {
		producer := client(kgo.TransactionalID(unique("undecided")))
		defer producer.Close()
		need(producer.BeginTransaction())
		need(produce(ctx, producer, "undecided", "open"))
		equal(0, offset(admin.ListCommittedOffsets(ctx, unique("undecided"))))
		idle, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
		defer cancel()
		partitions := map[string]map[int32]kgo.Offset{unique("undecided"): {0: fromStart}}
		consumer := client(committed, kgo.ConsumePartitions(partitions))
		defer consumer.Close()
		equal(0, consumer.PollFetches(idle).NumRecords())
		need(producer.EndTransaction(ctx, kgo.TryCommit))
		equal("open", values(poll(ctx, consumer, 1)))
	})
	check("fence an older producer", func(ctx context.Context) {
		older := client(kgo.TransactionalID(unique("fenced")))
		defer older.Close()
		need(older.BeginTransaction())
		need(produce(ctx, older, "fenced", "lost"))
		newer := client(kgo.TransactionalID(unique("fenced")))
		defer newer.Close()
		need(newer.BeginTransaction())
		need(produce(ctx, newer, "fenced", "kept"))
		need(newer.EndTransaction(ctx, kgo.TryCommit))
		err := older.EndTransaction(ctx, kgo.TryCommit)
		if err == nil || !strings.Contains(err.Error(), "EPOCH") && !strings.Contains(err.Error(), "FENCED") {
			panic(fmt.Sprintf("not fenced: %v", err))
		}
		equal("kept", values(read(ctx, "fenced", fromStart, 1, committed)))
	})
	check("consume, transform and produce exactly once", copyRecords)
	check("list, describe and abort transactions, fence producers", func(ctx context.Context) {
		name := unique("admin")
		producer := client(kgo.TransactionalID(name))
		defer producer.Close()
		need(producer.BeginTransaction())
		need(produce(ctx, producer, "admin", "a"))
		equal("Ongoing", must(admin.DescribeTransactions(ctx, name))[name].State)
		equal("Ongoing", must(admin.ListTransactions(ctx, nil, nil))[name].State)
		topics := kadm.TopicsSet{}
		topics.Add(unique("admin"), 0)
		found := must(admin.DescribeProducers(ctx, topics)).SortedProducers()[0]
		equal(0, found.CurrentTxnStartOffset)
		fails(kerr.TransactionalIDNotFound, must(admin.DescribeTransactions(ctx, "nobody"))["nobody"].Err)
		need(producer.EndTransaction(ctx, kgo.TryAbort))
	})
}

// copyRecords aborts half of its transactions; the session goes back to the offsets that are stored.
func copyRecords(ctx context.Context) {
	producer := client()
	defer producer.Close()
	need(produce(ctx, producer, "copied-from", numbers(100)...))
	session := must(kgo.NewGroupTransactSession(
		kgo.SeedBrokers(bootstrap), kgo.TransactionalID(unique("copy")), kgo.ConsumerGroup(unique("copy")),
		kgo.ConsumeTopics(unique("copied-from")), kgo.ConsumeResetOffset(fromStart), committed,
		kgo.AllowAutoTopicCreation(), kgo.RequireStableFetchOffsets(),
		kgo.HeartbeatInterval(300*time.Millisecond), kgo.SessionTimeout(6*time.Second)))
	defer session.Close()
	for turn, copied := 0, 0; copied < 100; turn++ {
		fetches := session.PollRecords(ctx, 10)
		need(fetches.Err())
		need(session.Begin())
		for _, found := range fetches.Records() {
			session.Produce(ctx, record("copied-to", string(found.Value)), nil)
		}
		done := must(session.End(ctx, kgo.TransactionEndTry(turn%2 == 0)))
		if done {
			copied += fetches.NumRecords()
		}
	}
	equal(strings.Join(numbers(100), " "), values(read(ctx, "copied-to", fromStart, 100, committed)))
}
