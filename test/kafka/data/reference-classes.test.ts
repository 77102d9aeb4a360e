import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareRandomCases } from '../../fuzz/vectors/compare.ts'
import { fetchKafka } from '../../helpers/apache-kafka.ts'

const CASES = Number(process.env['MILLRACE_TEST_CASES'] ?? 6000)

test(`${CASES} random cases come out as from the classes of the reference`, async () => {
  fetchKafka()
  const seed = Number(process.env['MILLRACE_TEST_SEED'] ?? Date.now() % 2 ** 31)
  const differences = await compareRandomCases(seed, CASES)
  const texts = differences.map(({ area, text }) => `${area}\n${text}`)
  assert.equal(differences.length, 0, `MILLRACE_TEST_SEED=${seed}\n${texts.join('\n')}`)
})
