import { isObject, type JsonNode, type JsonObject } from '../json-node.ts'
import type { SchemaText } from '../registry/registry-answers.ts'
import type { CompleteSchema } from '../registry/registry-format.ts'
import { type PlacedSchema, SchemaDocuments } from './schema-documents.ts'

/** Why data of the schema `written` is none of `reader`, as far as properties and types tell. */
export function misfit(reader: CompleteSchema, written: SchemaText): string | null {
  const target = new SchemaDocuments(reader)
  const source = new SchemaDocuments({ ...written, id: reader.id, referred: [] })
  return misfitAt(
    { documents: target, place: target.root },
    { documents: source, place: source.root },
    '#',
    0,
  )
}

interface Side {
  readonly documents: SchemaDocuments
  readonly place: PlacedSchema
}

const DEPTH_MAX = 100

function misfitAt(reader: Side, written: Side, path: string, depth: number): string | null {
  const [target, source] = [present(reader), present(written)]
  if (target === null || source === null || depth > DEPTH_MAX) return null
  const [expected, given] = [target.node['type'], source.node['type']]
  if (typeof expected === 'string' && typeof given === 'string' && !includes(expected, given)) {
    return `${path} is of type ${expected}, not ${given}`
  }
  return (
    unknownProperty(target.node, source.node, path) ??
    lackingProperty(target.node, source.node, path) ??
    misfitWithin(target, source, path, depth)
  )
}

function includes(expected: string, given: string): boolean {
  return expected === given || (expected === 'number' && given === 'integer')
}

type ObjectSide = Side & { readonly node: JsonObject }

/** The schema that is meant, behind references and beside null. */
function present({ documents, place }: Side, depth = 0): ObjectSide | null {
  const { node, document } = place
  if (!isObject(node) || depth > DEPTH_MAX) return null
  const reference = node['$ref']
  if (typeof reference === 'string') {
    return present({ documents, place: documents.resolve(reference, document) }, depth + 1)
  }
  const members = node['oneOf'] ?? node['anyOf']
  if (!Array.isArray(members)) return { documents, place, node }
  const others = (members as readonly JsonNode[]).filter(
    (member) => !isObject(member) || member['type'] !== 'null',
  )
  const [only] = others
  if (others.length !== 1 || only === undefined) return null
  return present({ documents, place: { node: only, document } }, depth + 1)
}

function propertiesOf(node: JsonObject): JsonObject {
  const { properties } = node
  return properties !== undefined && isObject(properties) ? properties : {}
}

function unknownProperty(target: JsonObject, source: JsonObject, path: string): string | null {
  if (target['additionalProperties'] !== false) return null
  const known = propertiesOf(target)
  const name = Object.keys(propertiesOf(source)).find((each) => !Object.hasOwn(known, each))
  return name === undefined ? null : `${path} has no property ${name} and allows no other`
}

function lackingProperty(target: JsonObject, source: JsonObject, path: string): string | null {
  const { required } = target
  if (!Array.isArray(required) || source['properties'] === undefined) return null
  const given = propertiesOf(source)
  const name = (required as readonly JsonNode[]).find((each) => !Object.hasOwn(given, String(each)))
  return name === undefined ? null : `${path} requires property ${String(name)}`
}

function misfitWithin(
  target: ObjectSide,
  source: ObjectSide,
  path: string,
  depth: number,
): string | null {
  const below = (expected: JsonNode, given: JsonNode, name: string) =>
    misfitAt(within(target, expected), within(source, given), `${path}/${name}`, depth + 1)
  const expected = propertiesOf(target.node)
  for (const [name, given] of Object.entries(propertiesOf(source.node))) {
    if (!Object.hasOwn(expected, name)) continue
    const problem = below(expected[name] as JsonNode, given, name)
    if (problem !== null) return problem
  }
  const [items, givenItems] = [target.node['items'], source.node['items']]
  return items === undefined || givenItems === undefined ? null : below(items, givenItems, 'items')
}

function within({ documents, place }: Side, node: JsonNode): Side {
  return { documents, place: { node, document: place.document } }
}
