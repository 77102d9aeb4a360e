import { randomUUID } from 'node:crypto'
import { describe } from 'node:test'
import { awaitedSteps } from '../acceptance/rest/awaited.ts'
import { testGoldens } from '../acceptance/rest/golden-tests.ts'
import { distributedGoldens } from '../acceptance/rest/goldens.ts'

// As the reference does it, and with a wait, as this worker does by default.
describe('a worker of a cluster', { concurrency: true }, () => {
  for (const settings of [{ 'millrace.rest.rebalance.wait.ms': '0' }, {}]) {
    testGoldens(distributedGoldens, awaitedSteps, {
      cluster: `goldens-${randomUUID().slice(0, 8)}`,
      settings,
    })
  }
})
