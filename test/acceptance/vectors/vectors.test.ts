import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { differenceOf, hasOperation, readVectors } from './check.ts'

for (const name of globSync('**/*.json', { cwd: import.meta.dirname }).sort()) {
  const { suite, cases } = readVectors(join(import.meta.dirname, name))
  describe(suite, () => {
    const built = cases.filter(hasOperation)
    if (built.length > 0) {
      test(`the reference's ${built.length} outcomes`, async () => {
        const differences: string[] = []
        for (const vector of built) {
          const difference = await differenceOf(vector)
          if (difference !== null) differences.push(`${vector.id}\n${difference}`)
        }
        assert.equal(differences.join('\n'), '')
      })
    }
    for (const operation of new Set(
      cases.filter((each) => !hasOperation(each)).map(({ op }) => op),
    )) {
      test(operation, { todo: 'not built yet' })
    }
  })
}
