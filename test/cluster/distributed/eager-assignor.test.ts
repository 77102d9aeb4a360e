import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assignEagerly } from '../../../src/cluster/distributed/eager-assignor.ts'

test('tasks go on with the member after the one that got the last connector', () => {
  const shares = assignEagerly(['m2', 'm1'], {
    connectors: ['b', 'a', 'c'],
    tasks: [
      { connector: 'a', task: 10 },
      { connector: 'a', task: 9 },
      { connector: 'b', task: 0 },
    ],
  })
  assert.deepEqual(Object.fromEntries(shares), {
    m1: { connectors: ['a', 'c'], tasks: [{ connector: 'a', task: 10 }] },
    m2: {
      connectors: ['b'],
      tasks: [
        { connector: 'a', task: 9 },
        { connector: 'b', task: 0 },
      ],
    },
  })
})
