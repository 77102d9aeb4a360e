import { type Schema, SchemaBuilder } from '../sdk/index.ts'

/** A struct builder with name, version, doc and parameters of `schema`; no default, required. */
export function structLike(schema: Schema): SchemaBuilder {
  return withBasics(SchemaBuilder.struct(), schema)
}

/** As `structLike`, but as optional as `schema`. */
export function nestedLike(schema: Schema): SchemaBuilder {
  const builder = structLike(schema)
  return schema.optional ? builder.optional() : builder
}

export function withBasics(builder: SchemaBuilder, schema: Schema): SchemaBuilder {
  builder.name(schema.name).version(schema.version).doc(schema.doc)
  return schema.parameters === null ? builder : builder.parameters(schema.parameters)
}

/** `update`, run once for each schema object: records of one source share theirs. */
export function oncePerSchema<T>(update: (schema: Schema) => T): (schema: Schema) => T {
  const updates = new WeakMap<Schema, { readonly updated: T }>()
  let last: { readonly schema: Schema; readonly updated: T } | null = null
  return (schema) => {
    if (last?.schema === schema) return last.updated
    const known = updates.get(schema) ?? { updated: update(schema) }
    updates.set(schema, known)
    last = { schema, updated: known.updated }
    return known.updated
  }
}

/** A builder with type, elements, name, version, doc and parameters of `schema`; not optional. */
export function builderLike(schema: Schema): SchemaBuilder {
  switch (schema.type) {
    case 'ARRAY':
      return withBasics(SchemaBuilder.container('ARRAY', schema.valueSchema), schema)
    case 'MAP': {
      const { keySchema, valueSchema } = schema
      return withBasics(SchemaBuilder.container('MAP', valueSchema, keySchema), schema)
    }
    default:
      return withBasics(SchemaBuilder.type(schema.type), schema)
  }
}
