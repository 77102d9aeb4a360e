package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Part of every name, so that programs and runs don't meet.
var id = fmt.Sprintf("%08x", uint32(time.Now().UnixNano()))

var (
	bootstrap string
	admin     *kadm.Client
)

// check prints `ok NAME` or `failed NAME: REASON`; a check fails by a panic.
func check(name string, run func(ctx context.Context)) {
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	defer func() {
		if problem := recover(); problem != nil {
			fmt.Printf("failed %s: %s\n", name, strings.ReplaceAll(fmt.Sprint(problem), "\n", " "))
		} else {
			fmt.Printf("ok %s\n", name)
		}
	}()
	run(ctx)
}

func need(err error) {
	if err != nil {
		panic(err)
	}
}

func must[T any](value T, err error) T {
	need(err)
	return value
}

func equal[T comparable](expected, found T) {
	if expected != found {
		panic(fmt.Sprintf("expected %v, found %v", expected, found))
	}
}

func fails(expected *kerr.Error, err error) {
	if !errors.Is(err, expected) {
		panic(fmt.Sprintf("expected %v, found %v", expected, err))
	}
}

func eventually(ctx context.Context, what string, holds func() bool) {
	for !holds() {
		select {
		case <-ctx.Done():
			panic("not in time: " + what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func unique(name string) string { return name + "-" + id }

func client(more ...kgo.Opt) *kgo.Client {
	options := []kgo.Opt{
		kgo.SeedBrokers(bootstrap), kgo.AllowAutoTopicCreation(), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.MetadataMinAge(50 * time.Millisecond), kgo.UnknownTopicRetries(-1),
	}
	return must(kgo.NewClient(append(options, more...)...))
}

func member(group, topic string, more ...kgo.Opt) *kgo.Client {
	options := []kgo.Opt{
		kgo.ConsumerGroup(unique(group)), kgo.ConsumeTopics(unique(topic)), kgo.DisableAutoCommit(),
		kgo.HeartbeatInterval(300 * time.Millisecond), kgo.SessionTimeout(6 * time.Second),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
	}
	return client(append(options, more...)...)
}

func create(ctx context.Context, topic string, partitions int32, configs map[string]string) error {
	entries := map[string]*string{}
	for name, value := range configs {
		entries[name] = kadm.StringPtr(value)
	}
	_, err := admin.CreateTopic(ctx, partitions, 1, entries, unique(topic))
	if err == nil {
		eventually(ctx, "the topic in all answers", func() bool { return partitionsOf(ctx, topic) == int(partitions) })
	}
	return err
}

func record(topic, value string) *kgo.Record {
	return &kgo.Record{Topic: unique(topic), Value: []byte(value)}
}

func produce(ctx context.Context, producer *kgo.Client, topic string, values ...string) error {
	records := make([]*kgo.Record, 0, len(values))
	for _, value := range values {
		records = append(records, record(topic, value))
	}
	return producer.ProduceSync(ctx, records...).FirstErr()
}

func numbers(count int) []string {
	all := make([]string, count)
	for index := range all {
		all[index] = fmt.Sprint(index)
	}
	return all
}

func poll(ctx context.Context, consumer *kgo.Client, count int) []*kgo.Record {
	var records []*kgo.Record
	for len(records) < count {
		fetches := consumer.PollFetches(ctx)
		need(fetches.Err())
		records = append(records, fetches.Records()...)
	}
	return records
}

// read gives records of partition 0 from an offset on.
func read(ctx context.Context, topic string, from kgo.Offset, count int, more ...kgo.Opt) []*kgo.Record {
	partitions := map[string]map[int32]kgo.Offset{unique(topic): {0: from}}
	consumer := client(append(more, kgo.ConsumePartitions(partitions))...)
	defer consumer.Close()
	return poll(ctx, consumer, count)
}

var fromStart = kgo.NewOffset().AtStart()

func values(records []*kgo.Record) string {
	var all []string
	for _, found := range records {
		all = append(all, string(found.Value))
	}
	return strings.Join(all, " ")
}

func main() {
	bootstrap = os.Args[1]
	admin = kadm.NewClient(client())
	topicChecks()
	producerChecks()
	consumerChecks()
	groupChecks()
	transactionChecks()
}
