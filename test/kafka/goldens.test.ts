import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { after, before, test } from 'node:test'
import { awaitedSteps } from '../acceptance/rest/awaited.ts'
import { replayGolden, standaloneGoldens } from '../acceptance/rest/goldens.ts'
import { type ApacheKafka, sharedApacheKafka } from '../helpers/apache-kafka.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

let kafka: Pick<ApacheKafka, 'bootstrap' | 'stop'>
let worker: Worker
const folder = temporaryFolder()
before(async () => {
  kafka = await sharedApacheKafka()
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
  const note = Object.keys(awaited).length === 0 ? '' : ` but for ${Object.keys(awaited).length}`
  test(`${scenario}: every answer is that of Apache Kafka Connect${note}`, async () => {
    const results = await replayGolden(worker.url, golden)
    assert.ok(results.length > 0)
    const failed = results.filter(({ name, ok }) => !ok && !(stepOf(name) in awaited))
    assert.deepEqual(
      failed.map(({ name, differences }) => `${name}: ${differences.join('; ')}`),
      [],
    )
    const done = results.filter(({ name, ok }) => ok && stepOf(name) in awaited)
    assert.deepEqual(
      done.map(({ name }) => `${name} passes now: take it out of the awaited steps`),
      [],
    )
    const gone = Object.keys(awaited).filter(
      (step) => !results.some(({ name }) => stepOf(name) === step),
    )
    assert.deepEqual(gone, [], 'these awaited steps are in no golden')
  })
}

function stepOf(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}
