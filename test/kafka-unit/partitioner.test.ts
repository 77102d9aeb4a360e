import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partitionOfKey } from '../../src/kafka/partitioner.ts'

const lastOf256 = Array.from({ length: 256 }, (_, index) =>
  index.toString(16).padStart(2, '0'),
).join('')

// Made by BuiltInPartitioner.partitionForKey of the Java client 4.3.1: key bytes in hex, then the
// partition of 3, of 16 and of 1,000,003.
const cases: ReadonlyArray<[hex: string, of3: number, of16: number, of1000003: number]> = [
  ['', 0, 9, 645856],
  ['61', 1, 12, 100772],
  ['6162', 2, 10, 154486],
  ['616263', 0, 11, 468670],
  ['61626364', 2, 4, 831631],
  ['6162636465', 1, 13, 994358],
  ['6b65792d31', 0, 8, 331061],
  ['6b65792d32', 2, 6, 267146],
  ['30', 2, 4, 24483],
  ['3432', 1, 12, 699721],
  ['3231', 0, 12, 547821],
  ['666f6f626172', 0, 14, 147095],
  ['4772c3bcc39f65', 0, 7, 820789],
  ['e697a5e69cace8aa9e', 1, 10, 855877],
  [
    '74686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f67',
    1,
    8,
    413197,
  ],
  ['000102', 1, 15, 419158],
  ['f09f9880', 0, 1, 881224],
  [lastOf256.slice(0, 253 * 2), 2, 12, 291759],
  [lastOf256.slice(0, 254 * 2), 2, 4, 444619],
  [lastOf256.slice(0, 255 * 2), 0, 0, 702174],
  [lastOf256, 1, 6, 135777],
]

test('a key goes to the partition that the Java client chooses', () => {
  for (const [hex, ...expected] of cases) {
    const bytes = Buffer.from(`ffff${hex}ff`, 'hex')
    const chosen = [3, 16, 1_000_003].map((partitions) =>
      partitionOfKey(bytes, 2, bytes.length - 1, partitions),
    )
    assert.deepEqual(chosen, expected, hex)
  }
})
