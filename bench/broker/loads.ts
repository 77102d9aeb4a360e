import { setTimeout } from 'node:timers/promises'
import {
  batchOf,
  checkProduced,
  fetchRequestFrom,
  offsetAfterFetched,
  type Place,
  produceRequestTo,
} from './requests.ts'
import { WireClient } from './wire-client.ts'

/** As `max.in.flight.requests.per.connection` of a Java producer. */
const PRODUCE_IN_FLIGHT = 5

export interface Shape {
  readonly recordBytes: number
  readonly batchRecords: number
  /** Each has a connection and a partition of its own. */
  readonly clients: number
}

export interface Limits {
  readonly durationMs: number
  /** Of all records together. */
  readonly recordsMax: number
}

/** Runs `work` with a connection for each of `count` clients. */
export async function withClients<T>(
  port: number,
  count: number,
  work: (client: WireClient, index: number) => Promise<T>,
): Promise<readonly T[]> {
  const clients = await Promise.all(Array.from({ length: count }, () => WireClient.open(port)))
  try {
    return await Promise.all(clients.map(work))
  } finally {
    for (const client of clients) client.close()
  }
}

/** Appends records as fast as they are acknowledged. @returns How many were. */
export async function produce(
  client: WireClient,
  place: Place,
  { recordBytes, batchRecords, clients }: Shape,
  { durationMs, recordsMax }: Limits,
): Promise<number> {
  const request = produceRequestTo(place, batchOf(batchRecords, recordBytes))
  const requestsMax = Math.ceil(recordsMax / batchRecords / clients)
  const deadline = performance.now() + durationMs
  let sent = 0
  let acknowledged = 0
  await client.loop(PRODUCE_IN_FLIGHT, (answer) => {
    if (answer !== null) {
      checkProduced(answer)
      acknowledged += batchRecords
    }
    if (sent === requestsMax || performance.now() > deadline) return null
    sent++
    return request
  })
  return acknowledged
}

/** Reads a partition of `count` records again and again. @returns How many records came. */
export async function fetch(
  client: WireClient,
  place: Place,
  count: number,
  durationMs: number,
): Promise<number> {
  const deadline = performance.now() + durationMs
  let offset = 0
  let fetched = 0
  await client.loop(1, (answer) => {
    if (answer !== null) {
      const next = offsetAfterFetched(answer, offset)
      fetched += next - offset
      offset = next < count ? next : 0
    }
    return performance.now() > deadline ? null : fetchRequestFrom(place, offset)
  })
  return fetched
}

/** Times, in milliseconds, from a record's request to its acknowledgement, one at a time. */
export async function produceTimes(
  client: WireClient,
  place: Place,
  durationMs: number,
): Promise<readonly number[]> {
  const request = produceRequestTo(place, batchOf(1, 100))
  const deadline = performance.now() + durationMs
  const times: number[] = []
  let sentMs = performance.now()
  await client.loop(1, (answer) => {
    const nowMs = performance.now()
    if (answer !== null) {
      times.push(nowMs - sentMs)
      checkProduced(answer)
    }
    if (nowMs > deadline) return null
    sentMs = performance.now()
    return request
  })
  return times
}

/**
 * Times, in milliseconds, from a record's request to its arrival at a consumer that waits for it;
 * a record for about every millisecond.
 */
export async function arrivalTimes(
  producer: WireClient,
  consumer: WireClient,
  place: Place,
  firstOffset: number,
  durationMs: number,
): Promise<readonly number[]> {
  const request = produceRequestTo(place, batchOf(1, 100))
  const deadline = performance.now() + durationMs
  const times: number[] = []
  let offset = firstOffset
  while (performance.now() < deadline) {
    const arrival = consumer.ask(fetchRequestFrom(place, offset))
    await setTimeout(1)
    const sentMs = performance.now()
    const acknowledged = producer.ask(request)
    const next = offsetAfterFetched(await arrival, offset)
    times.push(performance.now() - sentMs)
    if (next !== offset + 1) throw new Error(`${next - offset} records instead of one`)
    checkProduced(await acknowledged)
    offset = next
  }
  return times
}
