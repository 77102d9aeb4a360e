import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectorUtils } from '../../src/sdk/index.ts'

const groups: ReadonlyArray<[elements: number[], count: number, expected: number[][]]> = [
  [[1, 2, 3, 4, 5], 1, [[1, 2, 3, 4, 5]]],
  [
    [1, 2, 3, 4, 5],
    2,
    [
      [1, 2, 3],
      [4, 5],
    ],
  ],
  [[1, 2, 3, 4, 5], 3, [[1, 2], [3, 4], [5]]],
  [[1, 2, 3, 4, 5], 5, [[1], [2], [3], [4], [5]]],
  [[1, 2], 3, [[1], [2], []]],
  [[], 2, [[], []]],
]

for (const [elements, count, expected] of groups) {
  test(`[${elements}] in ${count} groups`, () => {
    assert.deepEqual(ConnectorUtils.groupPartitions(elements, count), expected)
  })
}

test('no group at all is refused', () => {
  assert.throws(() => ConnectorUtils.groupPartitions([1], 0), {
    code: 'ILLEGAL_ARGUMENT',
    message: 'Number of groups must be positive.',
  })
})
