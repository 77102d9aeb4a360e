import assert from 'node:assert/strict'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sharedTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import {
  startWorker,
  temporaryFolder,
  type Worker,
  type WorkerOptions,
} from '../../helpers/worker.ts'
import { type StepNotes, workerSettings } from './awaited.ts'
import { replayGolden, workersFor } from './goldens.ts'

/** Scenarios share no names and mostly wait, so several run at once. */
const CONCURRENCY = 4

/**
 * One test for each golden, against a worker for all but those that need one of their own.
 * @param options Of the worker: that of a cluster has the cluster's name.
 */
export function testGoldens(
  goldens: readonly string[],
  awaitedSteps: StepNotes,
  options: Pick<WorkerOptions, 'cluster' | 'settings'>,
): void {
  const alone = goldens.filter((golden) => ownSettings(golden) !== null || workersFor(golden) > 1)
  const together = goldens.filter((golden) => !alone.includes(golden))
  testTogether(together, awaitedSteps, options)
  for (const golden of alone) {
    const scenario = basename(golden, '.json')
    testTogether([golden], awaitedSteps, {
      ...options,
      ...(options.cluster === undefined ? {} : { cluster: `${options.cluster}-${scenario}` }),
      settings: { ...options.settings, ...ownSettings(golden) },
    })
  }
}

function ownSettings(golden: string): Readonly<Record<string, string>> | null {
  return workerSettings[basename(golden, '.json')] ?? null
}

function testTogether(
  goldens: readonly string[],
  awaitedSteps: StepNotes,
  { settings = {}, ...options }: Pick<WorkerOptions, 'cluster' | 'settings'>,
): void {
  describe(`goldens ${JSON.stringify(settings)}`, { concurrency: CONCURRENCY }, () => {
    let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
    const workers: Worker[] = []
    const folder = temporaryFolder()
    before(async () => {
      kafka = await sharedTestBroker()
      for (let index = 0; index < Math.max(...goldens.map(workersFor)); index++) {
        const worker = await startWorker({
          ...options,
          bootstrap: kafka.bootstrap,
          folder: join(folder.path, String(index)),
          // Those with which the goldens were recorded.
          settings: {
            'key.converter.schemas.enable': 'true',
            'value.converter.schemas.enable': 'true',
            'offset.flush.interval.ms': '1000',
            ...settings,
          },
        })
        workers.push(worker)
      }
    })
    after(async () => {
      await Promise.all(workers.map((worker) => worker.stop()))
      await kafka.stop()
      folder.remove()
    })
    for (const golden of goldens)
      testGolden(golden, awaitedSteps, () => workers.map(({ url }) => url).join())
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
  const results = await replayGolden(url, golden, Object.keys(awaited))
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

function stepOf(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}
