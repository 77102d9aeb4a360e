import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { after, before, test } from 'node:test'
import { awaitedSteps } from '../acceptance/rest/awaited.ts'
import { replayGolden, standaloneGoldens } from '../acceptance/rest/goldens.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
let worker: Worker
const folder = temporaryFolder()
before(async () => {
  kafka = await sharedTestBroker()
  worker = await startWorker({
    bootstrap: kafka.bootstrap,
    folder: folder.path,
    // Those of worker-standalone.properties, with which the goldens were recorded.
    settings: {
      'key.converter.schemas.enable': 'true',
      'value.converter.schemas.enable': 'true',
      'offset.flush.interval.ms': '1000',
    },
  })
})
after(async () => {
  await worker.stop()
  await kafka.stop()
  folder.remove()
})

for (const golden of standaloneGoldens) {
  const scenario = basename(golden, '.json')
  const awaited = awaitedSteps[scenario] ?? {}
  const count = Object.keys(awaited).length
  const note = count === 0 ? '' : `, ${count} steps awaited`
  test(`${scenario}: the answers of Apache Kafka Connect${note}`, async () => {
    const results = await replayGolden(worker.url, golden, Object.keys(awaited))
    assert.ok(results.length > 0)
    const problems = results.flatMap(({ name, ok, differences }) => {
      const step = stepOf(name)
      const isAwaited = Object.hasOwn(awaited, step)
      if (ok !== isAwaited) return []
      return ok
        ? `${step}: passes now, take it out of awaited.ts`
        : `${step}: ${differences.join('; ')}`
    })
    assert.deepEqual(problems, [])
    const steps = results.map(({ name }) => stepOf(name))
    const unknown = Object.keys(awaited).filter((step) => !steps.includes(step))
    assert.deepEqual(unknown, [], 'awaited steps that are in no golden')
  })
}

function stepOf(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}
