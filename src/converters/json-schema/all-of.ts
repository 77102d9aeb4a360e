import { isObject, type JsonNode } from '../json-node.ts'
import { orderedProperties } from './property-order.ts'
import type { PlacedSchema, SchemaDocuments } from './schema-documents.ts'
import { type Member, shapeOf } from './schema-shapes.ts'

export interface Property {
  readonly name: string
  readonly place: PlacedSchema
  readonly isRequired: boolean
}

/** The properties of an object schema, in the order of the fields that they become. */
export function propertiesOf({ node, document }: PlacedSchema): readonly Property[] {
  if (!isObject(node)) return []
  const required = Array.isArray(node['required']) ? (node['required'] as readonly JsonNode[]) : []
  return orderedProperties(node['properties']).map(([name, schema]) => ({
    name,
    place: { node: schema, document },
    isRequired: required.includes(name),
  }))
}

/** The properties of all objects among schemas that hold together, also of those referred to. */
export function mergedProperties(
  members: readonly Member[],
  documents: SchemaDocuments,
  isModern: boolean,
): readonly Property[] {
  const merged = new Map<string, Property>()
  const visited = new Set<JsonNode>()
  const collectReferred = (reference: string, place: PlacedSchema | null) => {
    const target = documents.resolve(reference, place?.document ?? documents.root.document)
    if (visited.has(target.node)) return
    visited.add(target.node)
    collect({ shape: shapeOf(target, isModern), place: target })
  }
  const collect = ({ shape, place }: Member) => {
    if (shape.kind === 'object') {
      for (const property of propertiesOf(shape.place)) merged.set(property.name, property)
    }
    if (shape.kind === 'combined' && shape.criterion === 'allOf') shape.members.forEach(collect)
    if (shape.kind === 'ref') collectReferred(shape.reference, place)
  }
  members.forEach(collect)
  return [...merged.values()]
}
