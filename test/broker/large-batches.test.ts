import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type RunningBroker, startBroker } from '../../src/broker/index.ts'
import { Cursor } from '../../src/protocol/cursor.ts'
import { encodeRequest, readResponseHeader } from '../../src/protocol/frame.ts'
import { FrameReader } from '../../src/protocol/frame-reader.ts'
import type { Encodable, Message } from '../../src/protocol/message.ts'
import { fetchRequest, fetchResponse } from '../../src/protocol/messages/fetch.ts'
import { metadataRequest } from '../../src/protocol/messages/metadata.ts'
import { produceRequest, produceResponse } from '../../src/protocol/messages/produce.ts'
import { RecordBatchBuilder } from '../../src/protocol/record-batch-builder.ts'

const RECORD_BYTES = 900_000
const BATCHES = 6
const MiB = 1024 * 1024

let folder: string
let broker: RunningBroker

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-large-'))
  broker = await startBroker({ dataDir: folder })
})
after(async () => {
  await broker.stop()
  rmSync(folder, { recursive: true })
})

test('large batches of many clients at once are kept and read as they were sent', async () => {
  const topics = ['a', 'b', 'c', 'd']
  const peers = topics.map(() => new Peer())
  await Promise.all(topics.map((topic, nth) => fill(at(peers, nth), topic)))
  await Promise.all(topics.map((topic, nth) => assertFilled(at(peers, nth), topic)))
  for (const peer of peers) peer.close()
})

test("answers that a client doesn't take stay as they are while others get theirs", async () => {
  const [slow, quick] = [new Peer(), new Peer()]
  await fill(quick, 'x')
  await fill(quick, 'y')
  slow.pause()
  const answers = Promise.all(offsets().map((offset) => fetched(slow, 'x', offset)))
  for (let round = 0; round < 3; round++) await assertFilled(quick, 'y')
  slow.resume()
  for (const bytes of await answers) assertRecord(bytes, 'x')
  slow.close()
  quick.close()
})

class Peer {
  readonly #socket = connect(broker.port, '127.0.0.1')
  readonly #waiting: ((answer: Buffer) => void)[] = []

  constructor() {
    const frames = new FrameReader({
      frameBytesMax: 64 * MiB,
      capacityBytesFirst: MiB,
      take: (frame) => this.#waiting.shift()?.(frame),
      refuse: (sizeBytes) => new TypeError(`${sizeBytes} bytes`),
    })
    this.#socket.on('data', (chunk) => frames.push(chunk))
  }

  ask<M extends Message>(message: M, apiVersion: number, body: Encodable<M>): Promise<Buffer> {
    const header = { apiVersion, correlationId: 0, clientId: null }
    this.#socket.write(Buffer.concat(encodeRequest(message, header, body)))
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  close(): void {
    this.#socket.destroy()
  }
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new RangeError(`no item ${index}`)
  return item
}

function offsets(): readonly number[] {
  return Array.from({ length: BATCHES }, (_, offset) => offset)
}

/** Appends batches with a record each that is nothing but the topic's name, all at once. */
async function fill(peer: Peer, topic: string): Promise<void> {
  await peer.ask(metadataRequest, 4, { topics: [{ name: topic }] })
  const records = batchOf(Buffer.alloc(RECORD_BYTES, topic))
  const request = {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: topic, partitionData: [{ index: 0, records }] }],
  }
  const answers = await Promise.all(offsets().map(() => peer.ask(produceRequest, 7, request)))
  for (const [offset, answer] of answers.entries()) {
    const [partition] = bodyOf(answer).partitionResponses
    assert.deepEqual([partition?.errorCode, partition?.baseOffset], [0, offset])
  }
}

function bodyOf(answer: Buffer) {
  const cursor = new Cursor(answer)
  readResponseHeader(cursor, produceResponse, 7)
  return at(produceResponse.decode(cursor, 7).responses, 0)
}

async function assertFilled(peer: Peer, topic: string): Promise<void> {
  for (const offset of offsets()) assertRecord(await fetched(peer, topic, offset), topic)
}

/** The one batch at `offset`. */
async function fetched(peer: Peer, topic: string, offset: number): Promise<Buffer> {
  const partitions = [{ partition: 0, fetchOffset: offset, partitionMaxBytes: MiB }]
  const answer = await peer.ask(fetchRequest, 11, {
    maxWaitMs: 0,
    minBytes: 1,
    topics: [{ topic, partitions }],
  })
  const cursor = new Cursor(answer)
  readResponseHeader(cursor, fetchResponse, 11)
  const [found] = at(fetchResponse.decode(cursor, 11).responses, 0).partitions
  assert.equal(found?.errorCode, 0)
  return found.records ?? Buffer.alloc(0)
}

function assertRecord(batch: Buffer, topic: string): void {
  const value = batch.subarray(batch.length - 1 - RECORD_BYTES, batch.length - 1)
  assert.ok(value.equals(Buffer.alloc(RECORD_BYTES, topic)), `a record of ${topic} is changed`)
}

function batchOf(value: Buffer): Buffer {
  const builder = new RecordBatchBuilder(value.length + 100)
  const range = { keyStart: -1, keyEnd: -1, valueStart: 0, valueEnd: value.length }
  builder.append(0, { bytes: value, ...range, headers: [] })
  return builder.finish('none', {
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    isTransactional: false,
  })
}
