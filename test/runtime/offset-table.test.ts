import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OffsetTable } from '../../src/runtime/offsets/offset-table.ts'
import { silentLogger } from '../helpers/silent-logger.ts'

test('a partition whose key was written with blanks by another program is one partition', () => {
  const table = new OffsetTable(silentLogger)
  const set = (key: string) => table.set({ key: Buffer.from(key), value: Buffer.from('{"p":1}') })
  set('["c",{"file": "a"}]')
  set('["c",{"file":"a"}]')
  set('["c",{"file":"b"}]')
  assert.deepEqual(table.partitions('c'), [{ file: 'a' }, { file: 'b' }])
})
