import { awaitedSteps } from '../acceptance/rest/awaited.ts'
import { testGoldens } from '../acceptance/rest/golden-tests.ts'
import { standaloneGoldens } from '../acceptance/rest/goldens.ts'

testGoldens(standaloneGoldens, awaitedSteps, {})
