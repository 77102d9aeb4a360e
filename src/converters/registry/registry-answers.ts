/** Languages of schemas, under the registry's names. */
export type SchemaLanguage = 'AVRO' | 'PROTOBUF' | 'JSON'

/** Another schema that a schema uses under `name`. */
export interface SchemaReference {
  readonly name: string
  readonly subject: string
  readonly version: number
}

/** A schema as it is registered. */
export interface SchemaText {
  readonly language: SchemaLanguage
  readonly text: string
  readonly references: readonly SchemaReference[]
}

/** A schema that the registry has; what the question did not tell is null. */
export interface StoredSchema extends SchemaText {
  readonly id: number
  readonly version: number | null
}

/** @throws TypeError for what is no such answer. */
export function readId(answer: unknown): number {
  return idOf(fieldsOf(answer)['id'])
}

/**
 * @param id Of the schema, where the answer doesn't repeat it.
 * @throws TypeError for what is no such answer.
 */
export function readSchema(answer: unknown, id: number | null): StoredSchema {
  const fields = fieldsOf(answer)
  const { schema, schemaType, references, version } = fields
  if (typeof schema !== 'string') throw new TypeError('it has no schema')
  return {
    id: id ?? idOf(fields['id']),
    version: version === undefined || version === null ? null : integer(version, 'version'),
    language: languageOf(schemaType),
    text: schema,
    references: Array.isArray(references) ? references.map(readReference) : [],
  }
}

/** The registry leaves out AVRO. */
function languageOf(schemaType: unknown): SchemaLanguage {
  if (schemaType === undefined || schemaType === null) return 'AVRO'
  if (schemaType === 'AVRO' || schemaType === 'PROTOBUF' || schemaType === 'JSON') return schemaType
  throw new TypeError(`its schemaType is ${String(schemaType)}`)
}

function readReference(reference: unknown): SchemaReference {
  const { name, subject, version } = fieldsOf(reference)
  if (typeof name !== 'string' || typeof subject !== 'string') {
    throw new TypeError('it has a reference without name or subject')
  }
  return { name, subject, version: integer(version, 'version') }
}

function fieldsOf(answer: unknown): Readonly<Record<string, unknown>> {
  if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>
  throw new TypeError('it is no JSON object')
}

/** Ids stand in 4 bytes before the data. */
function idOf(value: unknown): number {
  const id = integer(value, 'id')
  if (id >= 0 && id < 2 ** 31) return id
  throw new TypeError(`its id is ${id}`)
}

function integer(value: unknown, name: string): number {
  if (Number.isInteger(value)) return value as number
  throw new TypeError(`it has no ${name}`)
}
