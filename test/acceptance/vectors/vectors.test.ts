import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { differenceOf, readVectors } from './check.ts'

for (const name of globSync('**/*.json', { cwd: import.meta.dirname }).sort()) {
  const { suite, cases } = readVectors(join(import.meta.dirname, name))
  describe(suite, () => {
    test(`the reference's ${cases.length} outcomes`, async () => {
      const differences: string[] = []
      for (const vector of cases) {
        const difference = await differenceOf(vector)
        if (difference !== null) differences.push(`${vector.id}\n${difference}`)
      }
      assert.equal(differences.join('\n'), '')
    })
  })
}
