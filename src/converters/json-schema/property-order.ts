import { hashOrder } from '../../sdk/index.ts'
import { isObject, type JsonNode } from '../json-node.ts'
import { CONNECT_INDEX } from './names.ts'

/** By `connect.index`; others behind, in the order of Java's hash maps, as the reference has them. */
export function orderedProperties(
  properties: JsonNode | undefined,
): readonly (readonly [name: string, schema: JsonNode])[] {
  if (properties === undefined || !isObject(properties)) return []
  const entries = hashOrder(Object.entries(properties), ([name]) => name)
  const indexOf = (schema: JsonNode) => {
    const index = isObject(schema) ? schema[CONNECT_INDEX] : undefined
    return typeof index === 'number' ? index : Number.POSITIVE_INFINITY
  }
  return [...entries].sort(([, a], [, b]) => {
    const [first, second] = [indexOf(a), indexOf(b)]
    return first === second ? 0 : first - second
  })
}
