import { isObject, type JsonNode, type JsonObject } from '../json-node.ts'
import type { PlacedSchema } from './schema-documents.ts'

type Criterion = 'allOf' | 'anyOf' | 'oneOf'

/** What a schema says of the type of values, as Confluent's converter sees it. */
export type Shape =
  | { readonly kind: 'boolean' | 'integer' | 'number' | 'string' | 'null' | 'empty' | 'other' }
  | { readonly kind: 'object' | 'array'; readonly place: PlacedSchema }
  | { readonly kind: 'enum' | 'const'; readonly values: readonly JsonNode[] }
  | { readonly kind: 'ref'; readonly reference: string }
  | {
      readonly kind: 'combined'
      readonly criterion: Criterion
      readonly members: readonly Member[]
    }

/** A schema within a combined one; without a place of its own it has no keywords but those of its type. */
export interface Member {
  readonly shape: Shape
  readonly place: PlacedSchema | null
}

/** Keywords from which a type follows where none is named. */
const implied = [
  ['array', ['items', 'additionalItems', 'minItems', 'maxItems', 'uniqueItems', 'contains']],
  [
    'object',
    [
      'properties',
      'required',
      'minProperties',
      'maxProperties',
      'dependencies',
      'patternProperties',
      'additionalProperties',
      'propertyNames',
    ],
  ],
  ['number', ['minimum', 'maximum', 'multipleOf', 'exclusiveMinimum', 'exclusiveMaximum']],
  ['string', ['minLength', 'maxLength', 'pattern', 'format']],
] as const

/** @param isModern Whether keywords beside `$ref` count, as in drafts after 7. */
export function shapeOf(place: PlacedSchema, isModern: boolean): Shape {
  const { node } = place
  if (!isObject(node)) return { kind: node === true ? 'empty' : 'other' }
  const { $ref: reference } = node
  const hasReference = typeof reference === 'string'
  if (hasReference && !isModern) return { kind: 'ref', reference }
  const shapes: Shape[] = [
    ...(hasReference ? [{ kind: 'ref', reference } as const] : []),
    ...(Array.isArray(node['enum']) ? [{ kind: 'enum', values: node['enum'] } as const] : []),
    ...(Object.hasOwn(node, 'const')
      ? [{ kind: 'const', values: [node['const'] as JsonNode] } as const]
      : []),
    ...typeShapes(node, place),
    ...combinations(node, place, isModern),
    ...(Object.hasOwn(node, 'not') || Object.hasOwn(node, 'if')
      ? [{ kind: 'other' } as const]
      : []),
  ]
  const [only, ...more] = shapes
  if (only === undefined) return { kind: 'empty' }
  if (more.length === 0) return only
  const members = shapes.map((shape) => ({ shape, place: null }))
  return { kind: 'combined', criterion: 'allOf', members }
}

function combinations(node: JsonObject, place: PlacedSchema, isModern: boolean): Shape[] {
  return (['allOf', 'anyOf', 'oneOf'] as const).flatMap((criterion): readonly Shape[] => {
    const schemas = node[criterion]
    if (!Array.isArray(schemas)) return []
    const members = (schemas as readonly JsonNode[]).map((each) => {
      const within = { node: each, document: place.document }
      return { shape: shapeOf(within, isModern), place: within }
    })
    return [{ kind: 'combined', criterion, members }]
  })
}

function typeShapes(node: JsonObject, place: PlacedSchema): Shape[] {
  const { type } = node
  if (typeof type === 'string') return [typeShape(type, place)]
  if (Array.isArray(type)) {
    const members = (type as readonly JsonNode[]).map((each) => ({
      shape: typeShape(String(each), place),
      place: null,
    }))
    return [{ kind: 'combined', criterion: 'anyOf', members }]
  }
  const found = implied.find(([, keywords]) =>
    keywords.some((keyword) => Object.hasOwn(node, keyword)),
  )
  return found === undefined ? [] : [typeShape(found[0], place)]
}

function typeShape(type: string, place: PlacedSchema): Shape {
  switch (type) {
    case 'object':
    case 'array':
      return { kind: type, place }
    case 'boolean':
    case 'integer':
    case 'number':
    case 'string':
    case 'null':
      return { kind: type }
    default:
      return { kind: 'other' }
  }
}
