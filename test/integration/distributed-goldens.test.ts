import { randomUUID } from 'node:crypto'
import { awaitedDistributedSteps } from '../acceptance/rest/awaited.ts'
import { testGoldens } from '../acceptance/rest/golden-tests.ts'
import { distributedGoldens } from '../acceptance/rest/goldens.ts'

testGoldens(distributedGoldens, awaitedDistributedSteps, `goldens-${randomUUID().slice(0, 8)}`)
