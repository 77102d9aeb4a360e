import { setTimeout } from 'node:timers/promises'

/** How far a worker was at a time. */
export interface Sample {
  readonly timeMs: number
  readonly cpuMs: number
  readonly count: number
}

/** What a stretch of records took. */
export interface Stretch {
  readonly recordsPerSecond: number
  readonly cpuMicros: number
}

const INTERVAL_MS = 20

export interface Progress {
  /** Sets the worker to work. */
  start(): Promise<void>
  /** Records that have arrived. */
  count(): number | Promise<number>
  /** CPU time that the worker has used. */
  cpuMs(): number
  /** Throws when nothing more will arrive. */
  check(): Promise<void>
  readonly expected: number
  /** Longest time without a new record. */
  readonly stallMs: number
}

/** Takes samples from the start until all records have arrived. */
export async function follow(progress: Progress): Promise<readonly Sample[]> {
  const samples: Sample[] = [{ timeMs: performance.now(), cpuMs: progress.cpuMs(), count: 0 }]
  let movedMs = performance.now()
  await progress.start()
  for (;;) {
    const count = await progress.count()
    const sample = { timeMs: performance.now(), cpuMs: progress.cpuMs(), count }
    if (samples.at(-1)?.count !== count) movedMs = sample.timeMs
    samples.push(sample)
    if (count >= progress.expected) return samples
    if (samples.length % 50 === 0) await progress.check()
    if (sample.timeMs - movedMs > progress.stallMs) {
      throw new Error(`stuck at ${count} of ${progress.expected} records`)
    }
    await setTimeout(INTERVAL_MS)
  }
}

/** Rate and CPU from record number `from` to `to`, between the samples in proportion. */
export function stretch(samples: readonly Sample[], from: number, to: number): Stretch {
  const [start, end] = [at(samples, from), at(samples, to)]
  return {
    recordsPerSecond: ((to - from) * 1000) / (end.timeMs - start.timeMs),
    cpuMicros: ((end.cpuMs - start.cpuMs) * 1000) / (to - from),
  }
}

function at(samples: readonly Sample[], count: number): Sample {
  const index = samples.findIndex((sample) => sample.count >= count)
  const [before, after] = [samples[index - 1], samples[index]]
  if (after === undefined) throw new RangeError(`no sample at record ${count}`)
  if (before === undefined) return after
  const share = (count - before.count) / (after.count - before.count)
  const between = (a: number, b: number) => a + (b - a) * share
  return {
    count,
    timeMs: between(before.timeMs, after.timeMs),
    cpuMs: between(before.cpuMs, after.cpuMs),
  }
}
