import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sharedTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import {
  startWorker,
  temporaryFolder,
  type Worker,
  type WorkerOptions,
} from '../../helpers/worker.ts'
import { passingSteps, type StepNotes } from './awaited.ts'
import { replayGolden, type StepResult } from './goldens.ts'

/** Scenarios share no names and mostly wait, so several run at once. */
const CONCURRENCY = 4

/**
 * One test for each golden against a worker of its own.
 * @param options Of the worker: that of a cluster has the cluster's name.
 */
export function testGoldens(
  goldens: readonly string[],
  awaitedSteps: StepNotes,
  { settings = {}, ...options }: Pick<WorkerOptions, 'cluster' | 'settings'>,
): void {
  describe(`goldens ${JSON.stringify(settings)}`, { concurrency: CONCURRENCY }, () => {
    let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
    let worker: Worker
    const folder = temporaryFolder()
    before(async () => {
      kafka = await sharedTestBroker()
      worker = await startWorker({
        ...options,
        bootstrap: kafka.bootstrap,
        folder: folder.path,
        // Those with which the goldens were recorded.
        settings: {
          'key.converter.schemas.enable': 'true',
          'value.converter.schemas.enable': 'true',
          'offset.flush.interval.ms': '1000',
          ...settings,
        },
      })
    })
    after(async () => {
      await worker.stop()
      await kafka.stop()
      folder.remove()
    })
    for (const golden of goldens) testGolden(golden, awaitedSteps, () => worker.url)
  })
}

function testGolden(golden: string, awaitedSteps: StepNotes, url: () => string): void {
  const scenario = basename(golden, '.json')
  const awaited = awaitedSteps[scenario] ?? {}
  const count = Object.keys(awaited).length
  const note = count === 0 ? '' : `, ${count} steps awaited`
  test(`${scenario}: the answers of Apache Kafka Connect${note}`, async () => {
    await checkGolden(url(), golden, awaited)
  })
}

async function checkGolden(
  url: string,
  golden: string,
  awaited: Readonly<Record<string, string>>,
): Promise<void> {
  const results = await replayInTime(url, golden, Object.keys(awaited))
  assert.ok(results.length > 0)
  const problems = results.flatMap(({ name, ok, differences }) => {
    const step = stepOf(name)
    const isAwaited = Object.hasOwn(awaited, step)
    if (ok) return isAwaited ? `${step}: passes now, take it out of awaited.ts` : []
    return isAwaited ? [] : `${step}: ${differences.join('; ')}`
  })
  assert.deepEqual(problems, [])
  const steps = results.map(({ name }) => stepOf(name))
  const unknown = Object.keys(awaited).filter((step) => !steps.includes(step))
  assert.deepEqual(unknown, [], 'awaited steps that are in no golden')
}

const REPLAYS_MAX = 5

/** Replays it again while nothing but a state that passes by was missed. */
async function replayInTime(
  url: string,
  golden: string,
  awaited: readonly string[],
): Promise<readonly StepResult[]> {
  const passing = Object.keys(passingSteps[basename(golden, '.json')] ?? {})
  for (let replay = 1; ; replay++) {
    const results = await replayGolden(url, golden, awaited)
    const failed = results.filter(({ ok }) => !ok).map(({ name }) => stepOf(name))
    const others = failed.filter((step) => !awaited.includes(step))
    const isLate = others.length > 0 && others.every((step) => passing.includes(step))
    if (!isLate || replay === REPLAYS_MAX) return results
  }
}

function stepOf(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}
