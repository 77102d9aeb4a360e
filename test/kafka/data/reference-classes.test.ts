import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seedOfRun } from '../../fuzz/random.ts'
import { compareRandomCases, compareWireCases } from '../../fuzz/vectors/compare.ts'
import { fetchKafka } from '../../helpers/apache-kafka.ts'

const CASES = Number(process.env['MILLRACE_TEST_CASES'] ?? 6000)
const seed = seedOfRun()

test(`${CASES} random cases come out as from the classes of the reference`, async () => {
  fetchKafka()
  assertNone(await compareRandomCases(seed, CASES))
})

test('groups, topics and offset files are read and written as by the classes of the reference', async () => {
  fetchKafka()
  assertNone(await compareWireCases(seed, CASES / 10))
})

type Differences = Awaited<ReturnType<typeof compareRandomCases>>

function assertNone(differences: Differences): void {
  const texts = differences.map(({ area, text }) => `${area}\n${text}`)
  assert.equal(differences.length, 0, `MILLRACE_TEST_SEED=${seed}\n${texts.join('\n')}`)
}
