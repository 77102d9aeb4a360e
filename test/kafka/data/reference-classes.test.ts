import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareRandomCases, compareWireCases } from '../../fuzz/vectors/compare.ts'
import { fetchKafka } from '../../helpers/apache-kafka.ts'

const CASES = Number(process.env['MILLRACE_TEST_CASES'] ?? 6000)
const SEED = process.env['MILLRACE_TEST_SEED']
const DAY_MS = 86_400_000

test(`${CASES} random cases come out as from the classes of the reference`, async () => {
  fetchKafka()
  const seed = Number(SEED ?? Math.floor(Date.now() / DAY_MS))
  assertNone(await compareRandomCases(seed, CASES), seed)
})

test('groups, topics and offset files are read and written as by the classes of the reference', async () => {
  fetchKafka()
  const seed = Number(SEED ?? 1)
  assertNone(await compareWireCases(seed, CASES / 10), seed)
})

type Differences = Awaited<ReturnType<typeof compareRandomCases>>

function assertNone(differences: Differences, seed: number): void {
  const texts = differences.map(({ area, text }) => `${area}\n${text}`)
  assert.equal(differences.length, 0, `MILLRACE_TEST_SEED=${seed}\n${texts.join('\n')}`)
}
