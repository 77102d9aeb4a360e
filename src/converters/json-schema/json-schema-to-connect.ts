import {
  ConnectError,
  type Field,
  Schema,
  type SchemaParts,
  type SchemaType,
  STRING_SCHEMA,
  validateValue,
} from '../../sdk/index.ts'
import { isObject, type JsonNode, type JsonObject } from '../json-node.ts'
import { RecursiveSchema } from '../recursive-schema.ts'
import { mergedProperties, type Property, propertiesOf } from './all-of.ts'
import type { JsonSchemaOptions } from './json-schema-options.ts'
import {
  CONNECT_PARAMETERS,
  CONNECT_TYPE,
  CONNECT_VERSION,
  ENUM_PARAMETER,
  GENERALIZED_ENUM,
  GENERALIZED_FIELD_PREFIX,
  GENERALIZED_UNION,
  GENERALIZED_UNION_PREFIX,
  ID_PARAMETER,
  KEY_FIELD,
  NULL_SYMBOL,
  ONE_OF_NAME,
  VALUE_FIELD,
} from './names.ts'
import type { PlacedSchema, SchemaDocuments } from './schema-documents.ts'
import { type Member, type Shape, shapeOf } from './schema-shapes.ts'
import type { ValueReaders } from './value-reader.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Parts = Mutable<SchemaParts>

/** A struct that was met, by its schema: it may be referred to, also by itself. */
interface KnownStruct {
  readonly fields: Field[]
  /** Set when all of it has been read. */
  schema: Schema | null
  id: string | null
  /** Whether its own schema says that null is allowed, as the type `[object, null]` does. */
  readonly isNullable: boolean
}

interface StructPlace {
  /** By which it is referred to. */
  readonly place: PlacedSchema
  /** Where the keywords beside its properties are. */
  readonly own: PlacedSchema
  readonly isNullable: boolean
}

interface Context {
  readonly version: number | null
  readonly forceOptional: boolean
}

const plain: Context = { version: null, forceOptional: false }
/** Schemas within schemas, and references that follow each other. */
const DEPTH_MAX = 200
/** Schemas that are looked at in all: parts that refer to each other many times have no end. */
const VISITS_MAX = 100_000

const connectTypes: Readonly<Record<string, SchemaType>> = {
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float32: 'FLOAT32',
  float64: 'FLOAT64',
  bytes: 'BYTES',
}

/**
 * The Connect schema of a JSON schema.
 *
 * @param version Of the schema in its subject; null where it has none.
 * @throws ConnectError DATA_INVALID for a schema that has no Connect form.
 */
export function schemaOfJsonSchema(
  documents: SchemaDocuments,
  options: JsonSchemaOptions,
  readers: ValueReaders,
  version: number | null,
): Schema {
  const reader = new SchemaReader(documents, options, readers)
  return reader.of(documents.root, { version, forceOptional: false })
}

class SchemaReader {
  readonly #documents: SchemaDocuments
  readonly #options: JsonSchemaOptions
  readonly #readers: ValueReaders
  readonly #isModern: boolean
  readonly #structs = new Map<JsonNode, KnownStruct>()
  #ids = 0
  #unions = 0
  #depth = 0
  #visits = 0

  constructor(documents: SchemaDocuments, options: JsonSchemaOptions, readers: ValueReaders) {
    this.#documents = documents
    this.#options = options
    this.#readers = readers
    const { node } = documents.root
    const dialect = isObject(node) ? node['$schema'] : undefined
    const isModern = typeof dialect === 'string' && /\/20\d\d-\d\d\//.test(dialect)
    this.#isModern = isModern && !options.ignoreModernDialects
  }

  of(place: PlacedSchema, context: Context): Schema {
    if (++this.#visits > VISITS_MAX) {
      throw invalid(`The schema has more than ${VISITS_MAX} parts, with those it refers to`)
    }
    if (++this.#depth > DEPTH_MAX) {
      throw invalid(`The schema is nested deeper than ${DEPTH_MAX} levels, or refers in circles`)
    }
    const schema = this.#shaped(shapeOf(place, this.#isModern), place, context)
    this.#depth--
    return schema
  }

  #member({ shape, place }: Member, context: Context): Schema {
    return place === null
      ? this.#shaped(shape, { node: {}, document: this.#documents.root.document }, context)
      : this.of(place, context)
  }

  #shaped(shape: Shape, place: PlacedSchema, context: Context): Schema {
    switch (shape.kind) {
      case 'ref':
        return this.#referred(this.#documents.resolve(shape.reference, place.document), context)
      case 'combined':
        return shape.criterion === 'allOf' && shape.members.length > 1
          ? this.#all(shape.members, place, context)
          : this.#choice(shape.members, place, context)
      case 'object':
        return this.#object(shape.place, place, context)
      default:
        return this.#finished(this.#partsOf(shape, place), place, context)
    }
  }

  #partsOf(shape: Shape, { node, document }: PlacedSchema): Parts {
    const connectType = textOf(node, CONNECT_TYPE)
    switch (shape.kind) {
      case 'boolean':
        return { type: 'BOOLEAN' }
      case 'integer':
      case 'number':
        return { type: numberType(shape.kind, connectType) }
      case 'string':
        return { type: connectType === 'bytes' ? 'BYTES' : 'STRING' }
      case 'enum':
      case 'const':
        return this.#enum(shape.values)
      case 'array':
        return this.#array(shape.place, connectType)
      default:
        throw invalid(
          `The schema ${shortened(node)} of ${document.uri || 'the record'} has no Connect form: give it a type (any value, null alone and not are none)`,
        )
    }
  }

  #enum(values: readonly JsonNode[]): Parts {
    const { generalizedSumTypes } = this.#options
    const parameter = generalizedSumTypes ? GENERALIZED_ENUM : ENUM_PARAMETER
    const parameters = new Map([[parameter, '']])
    for (const [index, value] of values.entries()) {
      const symbol = value === null ? NULL_SYMBOL : String(value)
      parameters.set(`${parameter}.${symbol}`, generalizedSumTypes ? String(index) : symbol)
    }
    return { type: 'STRING', parameters }
  }

  #array({ node, document }: PlacedSchema, connectType: string | null): Parts {
    const items = isObject(node) ? node['items'] : undefined
    if (items === undefined || Array.isArray(items)) {
      throw invalid('Array schema did not specify the items type')
    }
    const properties = isObject(items) ? items['properties'] : undefined
    if (connectType === 'map' && properties !== undefined && isObject(properties)) {
      const part = (name: string) => {
        const schema = properties[name]
        if (schema === undefined) throw invalid(`The entries of a map have no property ${name}`)
        return this.of({ node: schema, document }, plain)
      }
      return { type: 'MAP', keySchema: part(KEY_FIELD), valueSchema: part(VALUE_FIELD) }
    }
    return { type: 'ARRAY', valueSchema: this.of({ node: items, document }, plain) }
  }

  /** @param own Where the keywords beside the type are. */
  #object(place: PlacedSchema, own: PlacedSchema, context: Context): Schema {
    const node = place.node as JsonObject
    if (textOf(own.node, CONNECT_TYPE) === 'map') {
      const values = node['additionalProperties']
      if (values === undefined || typeof values === 'boolean') {
        throw invalid(
          'The schema of a map has no additionalProperties that say what its values are',
        )
      }
      const valueSchema = this.of({ node: values, document: place.document }, plain)
      return this.#finished({ type: 'MAP', keySchema: STRING_SCHEMA, valueSchema }, own, context)
    }
    const isNullable = place.node !== own.node && context.forceOptional
    return this.#struct(propertiesOf(place), { place, own, isNullable }, context)
  }

  #struct(
    properties: readonly Property[],
    { place, own, isNullable }: StructPlace,
    context: Context,
  ): Schema {
    const known: KnownStruct = { fields: [], schema: null, id: null, isNullable }
    this.#structs.set(place.node, known)
    for (const { name, place: within, isRequired } of properties) {
      const forceOptional = this.#options.optionalForNonRequired && !isRequired
      const schema = this.of(within, { version: null, forceOptional })
      known.fields.push({ name, index: known.fields.length, schema })
    }
    const parts: Parts = { type: 'STRUCT', fields: known.fields }
    if (known.id !== null) parts.parameters = new Map([[ID_PARAMETER, known.id]])
    known.schema = this.#finished(parts, own, context)
    return known.schema
  }

  /** A struct that was met before is marked, so that it can be written as a reference again. */
  #referred(place: PlacedSchema, context: Context): Schema {
    const known = this.#structs.get(place.node)
    if (known === undefined) return this.of(place, context)
    known.id = `#id${++this.#ids}`
    const parts: Parts = { type: 'STRUCT', parameters: new Map([[ID_PARAMETER, known.id]]) }
    const optional = context.forceOptional || known.isNullable
    const attributes = { ...withAttributes(parts, place, null), optional }
    if (known.schema === null) return new RecursiveSchema(attributes, known.fields)
    return new Schema({ ...attributes, fields: known.fields })
  }

  #choice(members: readonly Member[], place: PlacedSchema, context: Context): Schema {
    const [only] = members
    if (members.length === 1 && only !== undefined && this.#options.flattenSingletonUnions) {
      return this.#member(only, plain)
    }
    const present = members.filter(({ shape }) => shape.kind !== 'null')
    const [single] = present
    if (members.length === 2 && present.length === 1 && single !== undefined) {
      return this.#member(single, { ...context, forceOptional: true })
    }
    return this.#union(present, present.length < members.length, place, context)
  }

  #union(
    members: readonly Member[],
    optional: boolean,
    place: PlacedSchema,
    context: Context,
  ): Schema {
    const { generalizedSumTypes } = this.#options
    const name = generalizedSumTypes ? `${GENERALIZED_UNION_PREFIX}${this.#unions++}` : ONE_OF_NAME
    const prefix = generalizedSumTypes ? GENERALIZED_FIELD_PREFIX : `${ONE_OF_NAME}.field.`
    const fields = members.map((member, index) => ({
      name: `${prefix}${index}`,
      index,
      schema: this.#member(member, { version: null, forceOptional: true }),
    }))
    const parts: Parts = { type: 'STRUCT', name, optional, fields }
    if (generalizedSumTypes) parts.parameters = new Map([[GENERALIZED_UNION, name]])
    return this.#finished(parts, place, context)
  }

  /** What holds of a value together: the properties of all, else the type that one names. */
  #all(members: readonly Member[], place: PlacedSchema, context: Context): Schema {
    const properties = mergedProperties(members, this.#documents, this.#isModern)
    if (properties.length > 0) {
      // Keywords beside allOf are not looked at, as in the reference.
      const own = { node: {}, document: place.document }
      const { forceOptional } = context
      return this.#struct(
        properties,
        { place, own, isNullable: false },
        { version: null, forceOptional },
      )
    }
    const chosen = typeAmong(members)
    if (chosen !== undefined) return this.#member(chosen, context)
    throw invalid(`The schema ${shortened(place.node)} with allOf names no type`)
  }

  #finished(parts: Parts, place: PlacedSchema, context: Context): Schema {
    const complete = withAttributes(parts, place, context.version)
    const schema = new Schema({
      ...complete,
      optional: parts.optional === true || context.forceOptional,
    })
    const { node } = place
    const given = isObject(node) ? node['default'] : undefined
    if (given === undefined || given === null) return schema
    try {
      const defaultValue = this.#readers.of(schema)(given)
      validateValue(schema, defaultValue)
      return new Schema({ ...complete, optional: schema.optional, defaultValue })
    } catch (cause) {
      throw invalid(`The default ${shortened(given)} is no value of its schema`, cause)
    }
  }
}

/** The one of schemas that hold together which says the type; an enum of texts says it itself. */
function typeAmong(members: readonly Member[]): Member | undefined {
  const find = (...kinds: readonly Shape['kind'][]) =>
    members.findLast(({ shape }) => kinds.includes(shape.kind))
  const [text, number] = [find('string'), find('number', 'integer')]
  const combined = find('combined')
  if (combined !== undefined) return combined
  if (find('const') !== undefined) return text ?? number
  const symbols = find('enum')
  if (symbols !== undefined) return text === undefined ? number : symbols
  return number ?? text ?? find('ref', 'array', 'object', 'boolean')
}

/** @param version Where the schema itself does not say one. */
function withAttributes(parts: Parts, { node }: PlacedSchema, version: number | null): Parts {
  const own = isObject(node) ? node : {}
  const ownVersion = own[CONNECT_VERSION]
  const parameters = new Map(parts.parameters ?? [])
  const given = own[CONNECT_PARAMETERS]
  if (given !== undefined && isObject(given)) {
    for (const [key, value] of Object.entries(given)) parameters.set(key, String(value))
  }
  return {
    ...parts,
    name: parts.name ?? textOf(own, 'title'),
    version: typeof ownVersion === 'number' ? ownVersion : version,
    doc: textOf(own, 'description'),
    parameters: parameters.size === 0 ? null : parameters,
  }
}

function numberType(kind: 'integer' | 'number', connectType: string | null): SchemaType {
  if (connectType === null) return kind === 'integer' ? 'INT64' : 'FLOAT64'
  const type = Object.hasOwn(connectTypes, connectType) ? connectTypes[connectType] : undefined
  if (type === undefined) throw invalid(`Unsupported type ${connectType}`)
  return type
}

function textOf(node: JsonNode, keyword: string): string | null {
  const value = isObject(node) && Object.hasOwn(node, keyword) ? node[keyword] : null
  return typeof value === 'string' ? value : null
}

const SHOWN_LENGTH_MAX = 80

function shortened(node: JsonNode): string {
  const text = JSON.stringify(node, (_, value) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}...` : text
}

function invalid(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID', ...(cause !== undefined && { cause }) })
}
