import { after, before } from 'node:test'
import { awaitedSteps } from '../acceptance/rest/awaited.ts'
import { testGoldens } from '../acceptance/rest/golden-tests.ts'
import { standaloneGoldens } from '../acceptance/rest/goldens.ts'
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

testGoldens(standaloneGoldens, awaitedSteps, () => worker.url)
