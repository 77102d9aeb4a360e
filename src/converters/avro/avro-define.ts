import { Schema } from '../../sdk/index.ts'
import { anythingSchema } from './avro-anything-schema.ts'
import type { AvroOptions } from './avro-config.ts'
import { defaultJson, isValidDefault } from './avro-default-write.ts'
import {
  decimalFormOf,
  enumNameOf,
  fixedSizeOf,
  hasStringKeys,
  isUnionSchema,
} from './avro-kinds.ts'
import { describeParameters, describeSchema } from './avro-metadata.ts'
import { avroNames, avroProps, scrubbed, splitName } from './avro-names.ts'
import {
  type AvroField,
  type AvroProps,
  type AvroRecord,
  type AvroSchema,
  isNamed,
  type PrimitiveType,
  primitive,
  requireDepth,
} from './avro-schema.ts'

/**
 * The Avro schema that values of a Connect schema are written with.
 * @throws ConnectError DATA_INVALID for a schema that Avro can't say.
 */
export function defineAvro(schema: Schema | null, options: AvroOptions): AvroSchema {
  return new Definition(options).of(schema)
}

const primitives = {
  INT8: 'int',
  INT16: 'int',
  INT32: 'int',
  INT64: 'long',
  FLOAT32: 'float',
  FLOAT64: 'double',
  BOOLEAN: 'boolean',
} as const satisfies Record<string, PrimitiveType>

/** One schema with all that is in it: a type that occurs twice is defined once. */
class Definition {
  readonly #options: AvroOptions
  readonly #done: (readonly [Schema, AvroSchema])[] = []
  readonly #records = new Map<string, AvroRecord>()
  readonly #seenNames = new Set<string>()
  #unnamed = 0
  #depth = 0

  constructor(options: AvroOptions) {
    this.#options = options
  }

  of(schema: Schema | null, ignoreOptional = false): AvroSchema {
    requireDepth(++this.#depth)
    const avro = this.#of(schema, ignoreOptional)
    this.#depth--
    return avro
  }

  #of(schema: Schema | null, ignoreOptional: boolean): AvroSchema {
    if (schema === null) return anythingSchema
    const isShared = !isUnionSchema(schema) && !schema.optional
    const known = isShared ? this.#done.find(([other]) => other.equals(schema)) : undefined
    if (known !== undefined) return known[1]
    const base = this.#base(schema)
    if (base.type !== 'union') describeSchema(schema, base.props, this.#options)
    const isDone = base.type === 'union' || ignoreOptional
    const avro = isDone ? base : optionalAs(schema, base)
    if (!schema.optional) this.#done.push([schema, avro])
    return avro
  }

  /** As `of`, but a record of this name that was defined before is the same. */
  #element(schema: Schema | null, ignoreOptional = false): AvroSchema {
    const known = schema?.name == null ? undefined : this.#records.get(schema.name)
    if (schema === null || known === undefined) return this.of(schema, ignoreOptional)
    return ignoreOptional ? known : optionalAs(schema, known)
  }

  #base(schema: Schema): AvroSchema {
    switch (schema.type) {
      case 'STRING':
        return this.#string(schema)
      case 'BYTES':
        return this.#bytes(schema)
      case 'ARRAY':
        return { type: 'array', items: this.#element(schema.valueSchema), props: new Map() }
      case 'MAP':
        return this.#map(schema)
      case 'STRUCT':
        return this.#struct(schema)
      default:
        return primitive(primitives[schema.type])
    }
  }

  #string(schema: Schema): AvroSchema {
    const { enhanced, generalized, discardTypeDocDefault } = this.#options
    const fullName = enhanced || generalized ? enumNameOf(schema, this.#options) : null
    if (fullName === null) return primitive('string')
    const parameters = [...(schema.parameters ?? [])]
    const prefix = `${generalized ? avroNames.generalizedEnum : avroNames.enum}.`
    const { name } = this.#nameOf(schema.name)
    const docKey = discardTypeDocDefault ? avroProps.enumDoc : `${avroNames.enumDoc}${name}`
    const defaultKey = `${avroNames.enumDefault}${name}`
    return {
      ...splitName(fullName, false),
      type: 'enum',
      doc: schema.parameters?.get(docKey) ?? null,
      aliases: [],
      symbols: parameters
        .filter(([key]) => key.startsWith(prefix))
        .map(([key]) => key.slice(prefix.length)),
      defaultSymbol: discardTypeDocDefault ? null : (schema.parameters?.get(defaultKey) ?? null),
      props: new Map(),
    }
  }

  #bytes(schema: Schema): AvroSchema {
    const sizeBytes = fixedSizeOf(schema)
    const decimal = decimalFormOf(schema)
    const props: AvroProps = new Map()
    if (decimal !== null) {
      props.set(avroProps.scale, decimal.scale).set(avroProps.precision, decimal.precision)
    }
    if (sizeBytes === null) return { type: 'bytes', props }
    const names = this.#nameOf(schema.name)
    return { ...names, type: 'fixed', doc: null, aliases: [], sizeBytes, props }
  }

  #map(schema: Schema): AvroSchema {
    if (hasStringKeys(schema, this.#options)) {
      return { type: 'map', values: this.#element(schema.valueSchema), props: new Map() }
    }
    const { namespace, mapEntry } = avroNames
    const names = schema.name === null ? { namespace, name: mapEntry } : this.#nameOf(schema.name)
    const entry: AvroRecord = {
      ...names,
      type: 'record',
      doc: null,
      aliases: [],
      fields: [],
      props: new Map(schema.name === null ? [] : [[avroProps.internalType, mapEntry]]),
    }
    entry.fields.push(this.#field('key', schema.keySchema, null))
    entry.fields.push(this.#field('value', schema.valueSchema, null))
    return { type: 'array', items: entry, props: new Map() }
  }

  #struct(schema: Schema): AvroSchema {
    if (isUnionSchema(schema)) {
      const branches = schema.fields.map((field) => this.#element(required(field.schema), true))
      if (schema.optional) branches.unshift(primitive('null'))
      return { type: 'union', branches, props: new Map() }
    }
    if (schema.optional) {
      const branches = [primitive('null'), this.#element(required(schema))]
      return { type: 'union', branches, props: new Map() }
    }
    return this.#record(schema)
  }

  #record(schema: Schema): AvroRecord {
    const { discardTypeDocDefault, scrub } = this.#options
    const docKey = discardTypeDocDefault ? avroProps.recordDoc : avroNames.recordDoc
    const record: AvroRecord = {
      ...this.#nameOf(schema.name),
      type: 'record',
      doc: schema.parameters?.get(docKey) ?? null,
      aliases: [],
      fields: [],
      props: new Map(),
    }
    if (schema.name !== null) this.#records.set(schema.name, record)
    for (const { name, schema: part } of schema.fields) {
      const docOfField = schema.parameters?.get(`${avroNames.fieldDoc}${name}`) ?? null
      const doc = discardTypeDocDefault ? null : docOfField
      record.fields.push(this.#field(scrub ? scrubbed(name) : name, part, doc))
    }
    return record
  }

  #field(name: string, schema: Schema | null, doc: string | null): AvroField {
    const options = this.#options
    const isKnown = this.#isKnownName(schema?.name ?? null)
    const avro = this.of(schema)
    const defaultValue = schema === null ? undefined : fieldDefault(schema, options)
    const field = {
      name,
      schema: avro,
      doc: options.discardTypeDocDefault ? (schema?.doc ?? null) : doc,
      defaultValue: isValidDefault(avro, defaultValue) ? defaultValue : undefined,
      aliases: [],
      props: new Map(),
    }
    if (options.connectMetaData && isKnown && hasNamedType(avro)) {
      describeParameters(schema?.parameters ?? null, field.props, options)
    }
    return field
  }

  /** Whether a field with a schema of this name came before. */
  #isKnownName(name: string | null): boolean {
    if (name === null) return false
    const { namespace, name: last } = splitName(name, this.#options.scrub)
    const key = `${namespace}.${last}`
    if (this.#seenNames.has(key)) return true
    this.#seenNames.add(key)
    return false
  }

  #nameOf(name: string | null) {
    if (name !== null) return splitName(name, this.#options.scrub)
    this.#unnamed++
    const { namespace, unnamedRecord } = avroNames
    return { namespace, name: `${unnamedRecord}${this.#unnamed > 1 ? this.#unnamed : ''}` }
  }
}

function fieldDefault(schema: Schema, options: AvroOptions) {
  const { defaultValue, optional } = schema
  if (defaultValue !== null) return defaultJson(schema, defaultValue, options, true)
  return optional ? null : undefined
}

function hasNamedType(schema: AvroSchema): boolean {
  return schema.type === 'union' ? schema.branches.some(isNamed) : isNamed(schema)
}

/** The first member of a union is the one of its default. */
function optionalAs(schema: Schema, base: AvroSchema): AvroSchema {
  if (!schema.optional) return base
  const none = primitive('null')
  const branches = schema.defaultValue === null ? [none, base] : [base, none]
  return { type: 'union', branches, props: new Map() }
}

function required(schema: Schema): Schema {
  if (!schema.optional) return schema
  const { type, defaultValue, name, version, doc, parameters } = schema
  return new Schema({
    ...{ type, defaultValue, name, version, doc, parameters },
    ...(type === 'STRUCT' ? { fields: schema.fields } : {}),
    ...(type === 'MAP' ? { keySchema: schema.keySchema } : {}),
    ...(type === 'MAP' || type === 'ARRAY' ? { valueSchema: schema.valueSchema } : {}),
  })
}
