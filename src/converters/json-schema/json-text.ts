import { ConnectError, messageOf } from '../../sdk/index.ts'
import type { JsonNode } from '../json-node.ts'
import type { KeptNumbers } from '../json-numbers.ts'
import { parseNode } from '../json-parse.ts'

/**
 * @param what For the message, such as `The data`.
 * @throws ConnectError SERIALIZATION that says what is wrong and where.
 */
export function parseJson(
  bytes: Buffer,
  start: number,
  end: number,
  what: string,
  keeps?: KeptNumbers,
): JsonNode {
  try {
    return parseNode(bytes, start, end, keeps)
  } catch (error) {
    const reason = error instanceof ConnectError && error.cause !== undefined ? error.cause : error
    throw new ConnectError(`${what} is not JSON: ${messageOf(reason)}`, {
      code: 'SERIALIZATION',
      cause: error,
    })
  }
}
