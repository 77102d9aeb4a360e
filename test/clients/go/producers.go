package main

import (
	"context"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

func producerChecks() {
	check("produce without idempotence", func(ctx context.Context) {
		producer := client(kgo.DisableIdempotentWrite(), kgo.RequiredAcks(kgo.LeaderAck()))
		defer producer.Close()
		need(produce(ctx, producer, "plain-producer", "1", "2"))
		equal("1 2", values(read(ctx, "plain-producer", fromStart, 2)))
	})
	check("produce without acknowledgement", func(ctx context.Context) {
		producer := client(kgo.DisableIdempotentWrite(), kgo.RequiredAcks(kgo.NoAck()))
		defer producer.Close()
		// Until the topic is ready records without acknowledgement get lost.
		patient := client()
		defer patient.Close()
		need(produce(ctx, patient, "no-acks", "first"))
		need(produce(ctx, producer, "no-acks", numbers(100)...))
		equal(101, len(read(ctx, "no-acks", fromStart, 101)))
	})
	check("produce with idempotence, in order", func(ctx context.Context) {
		producer := client(kgo.ProducerBatchMaxBytes(1024))
		defer producer.Close()
		need(produce(ctx, producer, "idempotent", numbers(2000)...))
		equal(strings.Join(numbers(2000), " "), values(read(ctx, "idempotent", fromStart, 2000)))
	})
	for name, codec := range map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	} {
		check("produce and consume "+name, func(ctx context.Context) {
			producer := client(kgo.ProducerBatchCompression(codec))
			defer producer.Close()
			need(produce(ctx, producer, name, numbers(500)...))
			equal(strings.Join(numbers(500), " "), values(read(ctx, name, fromStart, 500)))
		})
	}
	check("keep keys, nulls, headers and timestamps", func(ctx context.Context) {
		producer := client()
		defer producer.Close()
		sent := record("shapes", "日本")
		sent.Key = []byte("ü")
		sent.Timestamp = time.UnixMilli(1_600_000_000_000)
		sent.Headers = []kgo.RecordHeader{{Key: "h", Value: []byte("1")}, {Key: "null", Value: nil}}
		need(producer.ProduceSync(ctx, sent, &kgo.Record{Topic: unique("shapes")}).FirstErr())
		found := read(ctx, "shapes", fromStart, 2)
		equal("ü=日本", string(found[0].Key)+"="+string(found[0].Value))
		equal(1_600_000_000_000, found[0].Timestamp.UnixMilli())
		equal("1", string(found[0].Headers[0].Value))
		equal(true, found[0].Headers[1].Value == nil)
		equal(true, found[1].Key == nil && found[1].Value == nil)
	})
	check("give records the time of the broker", func(ctx context.Context) {
		need(create(ctx, "append-time", 1, map[string]string{"message.timestamp.type": "LogAppendTime"}))
		producer := client()
		defer producer.Close()
		sent := record("append-time", "x")
		sent.Timestamp = time.UnixMilli(1)
		need(producer.ProduceSync(ctx, sent).FirstErr())
		found := read(ctx, "append-time", fromStart, 1)[0]
		equal(int8(1), found.Attrs.TimestampType())
		equal(true, time.Since(found.Timestamp).Abs() < time.Minute)
	})
	check("large records", func(ctx context.Context) {
		need(create(ctx, "large", 1, map[string]string{"max.message.bytes": "6000000"}))
		producer := client(kgo.ProducerBatchMaxBytes(6_000_000), kgo.ProducerBatchCompression(kgo.NoCompression()))
		defer producer.Close()
		value := strings.Repeat("ab", 2_500_000)
		need(produce(ctx, producer, "large", value, value, value))
		for _, found := range read(ctx, "large", fromStart, 3) {
			equal(true, value == string(found.Value))
		}
	})
	check("refuse a record that is too large", func(ctx context.Context) {
		need(create(ctx, "small", 1, map[string]string{"max.message.bytes": "1000"}))
		producer := client(kgo.ProducerBatchCompression(kgo.NoCompression()))
		defer producer.Close()
		fails(kerr.MessageTooLarge, produce(ctx, producer, "small", strings.Repeat("x", 2000)))
	})
	check("refuse a record without a key in a compacted topic", func(ctx context.Context) {
		need(create(ctx, "compacted", 1, map[string]string{"cleanup.policy": "compact"}))
		producer := client()
		defer producer.Close()
		fails(kerr.InvalidRecord, produce(ctx, producer, "compacted", "x"))
	})
}
