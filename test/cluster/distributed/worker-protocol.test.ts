import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decodeAssignment,
  decodeWorkerState,
  type ProtocolName,
} from '../../../src/cluster/distributed/worker-protocol.ts'

// Recorded from the protocol classes of Apache Kafka Connect 4.3.1.
const refused: ReadonlyArray<[protocol: ProtocolName, base64: string, message: string]> = [
  ['sessioned', 'YnY=', "'error': Missing value for field 'error' which has no default value."],
  [
    'sessioned',
    'AAAAAAFsAAF1AAAAAAAAAAMAAAACAAJjMQAAAAP/////AAAAAAAAAAEAAmMyAAAAAQAAAAI=',
    "'leader': Error reading string of length 364, only 47 bytes available",
  ],
  [
    'compatible',
    'AAUAAAABbAABAAAAAAAAAAMAAAACAAJjMQAAAAP/////AAAAAAAAAAEAAmMyAAAAAQAAAAL/////AAAAAA==',
    "'assignment': Error reading array of size 512, only 39 bytes available",
  ],
  [
    'default',
    'AAAAAAABbAABdQAAAAAAAAADAAAAAgACYzEAAAAD/////wAAAAAAAAABAAJjMuwAAAABAAAAAg==',
    "'assignment': Error reading field 'tasks': Array size -335544320 cannot be negative",
  ],
]

for (const [protocol, base64, message] of refused) {
  test(`an assignment is refused: ${message}`, () => {
    assert.throws(() => decodeAssignment(protocol, Buffer.from(base64, 'base64')), {
      code: 'RECORD_CORRUPT',
      message: `Error reading field ${message}`,
    })
  })
}

test('what a worker owns is refused when it is cut', () => {
  const bytes = Buffer.from('AAIAAXgAAAAAAAAAAQAAZwA=', 'base64')
  assert.throws(() => decodeWorkerState('compatible', bytes), {
    message:
      "Error reading field 'allocation': Error reading bytes of size 26368, only 0 bytes available",
  })
})
