import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { configReference } from '../../../scripts/config-reference.ts'
import { root } from '../../helpers/sources.ts'

test('the page of settings is what scripts/config-reference.ts makes', () => {
  const page = readFileSync(join(root, 'docs/reference/settings.md'), 'utf8')
  assert.equal(page, configReference(), 'run node scripts/config-reference.ts')
})
