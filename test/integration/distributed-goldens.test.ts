import { randomUUID } from 'node:crypto'
import { describe } from 'node:test'
import { awaitedSteps } from '../acceptance/rest/awaited.ts'
import { testGoldens } from '../acceptance/rest/golden-tests.ts'
import { distributedGoldens, workersFor } from '../acceptance/rest/goldens.ts'

const ofOneWorker = distributedGoldens.filter((golden) => workersFor(golden) === 1)

// As the reference does it, and with this worker's default.
describe('a worker of a cluster', { concurrency: true }, () => {
  for (const { goldens, settings } of [
    { goldens: ofOneWorker, settings: { 'millrace.rest.rebalance.wait.ms': '0' } },
    { goldens: distributedGoldens, settings: {} },
  ]) {
    testGoldens(goldens, awaitedSteps, {
      cluster: `goldens-${randomUUID().slice(0, 8)}`,
      settings,
    })
  }
})
