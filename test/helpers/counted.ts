import assert from 'node:assert/strict'
import { join } from 'node:path'
import { clientsOf, readable } from '../kafka/conformance/support.ts'
import { eventually } from './eventually.ts'
import { replaceFile } from './replace-file.ts'

const TIMEOUT_MS = 120_000

/** The counting connector's configuration, its counters, and what of it readers see. */
export interface Counted {
  readonly config: Readonly<Record<string, string>>
  /** Sets the counters, one task for each; the connector finds out by itself. */
  count(counters: string): void
  /** Waits until each counter has gone on by this much since the call. */
  flows(counters: string, by?: number): Promise<void>
  /** Fails unless every counter's numbers came once, in order and without a gap. */
  check(): Promise<void>
  close(): Promise<void>
}

/**
 * Counts in a topic of its own; only what is committed is read.
 * @param counters A letter for each.
 */
export async function countIn(
  bootstrap: string,
  folder: string,
  topic: string,
  counters: string,
): Promise<Counted> {
  const file = join(folder, `${topic}.txt`)
  const count = (letters: string) => replaceFile(file, [...letters].join('\n'))
  count(counters)
  const values = new Map<string, number[]>()
  /** How far each counter has gone on since then. */
  const since = { ms: 0, counts: new Map<string, number>() }
  const consumer = clientsOf().consumer({
    'bootstrap.servers': bootstrap,
    'auto.offset.reset': 'earliest',
    'isolation.level': 'read_committed',
  })
  await consumer.assign([{ topic, partition: 0 }])
  const read = async (timeoutMs: number) => {
    const fetched = await consumer.poll(timeoutMs)
    for (const { value, timestamp } of fetched.flatMap((batch) => readable(batch))) {
      const [counter = '', number] = (JSON.parse(value ?? '""') as string).split(' ')
      const seen = values.get(counter) ?? []
      values.set(counter, seen)
      seen.push(Number(number))
      if (timestamp >= since.ms) since.counts.set(counter, (since.counts.get(counter) ?? 0) + 1)
    }
    return fetched.length > 0
  }
  return {
    count,
    config: {
      'connector.class': 'org.acme.CountingConnector',
      topic,
      'counters.file': file,
      journal: join(folder, `${topic}.journal`),
      'tasks.max': '20',
    },
    async flows(letters, by = 40) {
      since.ms = Date.now()
      since.counts.clear()
      await eventually(`${letters} count on by ${by}`, TIMEOUT_MS, async () => {
        await read(100)
        return [...letters].every((letter) => (since.counts.get(letter) ?? 0) >= by)
      })
    },
    async check() {
      while (await read(500));
      const wrong = [...values].flatMap(([counter, numbers]) => {
        const at = numbers.findIndex((number, index) => number !== index)
        return at < 0 ? [] : `${counter}: ${numbers.slice(Math.max(0, at - 2), at + 3)} at ${at}`
      })
      assert.deepEqual(wrong, [])
    },
    close: () => consumer.close(),
  }
}
