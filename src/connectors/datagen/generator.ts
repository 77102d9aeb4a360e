import { type Schema, SchemaBuilder, STRING_SCHEMA, Struct } from '../../sdk/index.ts'
import {
  type AvroType,
  avroType,
  invalid,
  isNamed,
  isObject,
  type JsonObject,
} from './avro-type.ts'
import { type Parts, primitive, type ValueSource } from './primitives.ts'
import { lengths } from './strings.ts'
import { valueFromJson } from './values.ts'

/** Makes values of one schema. */
export interface Generator {
  readonly schema: Schema
  readonly next: ValueSource
}

/** A type in its place: what the place adds to it. */
interface Place {
  readonly optional: boolean
  readonly default: unknown
  readonly doc: unknown
}

const required: Place = { optional: false, default: undefined, doc: undefined }

/** Named types seen so far, to be referred to; those still being read can't be: they recurse. */
type Names = Map<string, JsonObject | 'open'>

/**
 * Reads an Avro schema with the annotations of Confluent's random generator.
 * @throws ConnectError CONFIG_INVALID for what is wrong or not supported, naming the field.
 */
export function generatorOf(avro: unknown): Generator {
  const name = isObject(avro) && typeof avro['name'] === 'string' ? avro['name'] : 'schema'
  return build(avro, name, required, new Map())
}

function build(json: unknown, path: string, place: Place, names: Names): Generator {
  if (Array.isArray(json)) return union(json, path, place, names)
  const named = typeof json === 'string' ? names.get(json) : undefined
  if (named === 'open') throw invalid(path, `type ${json} contains itself, which never ends`)
  const type = avroType(named ?? json, path)
  const name = isNamed(type.type) ? fullName(type) : null
  if (name === null) return finish(type, place, names)
  for (const known of [name, String(type.json['name'])]) names.set(known, 'open')
  const generator = finish(type, place, names)
  for (const known of [name, String(type.json['name'])]) names.set(known, type.json)
  return generator
}

/** Null and one other type: each half of the time. */
function union(branches: readonly unknown[], path: string, place: Place, names: Names): Generator {
  const others = branches.filter((branch) => branch !== 'null')
  if (others.length !== 1) {
    throw invalid(path, 'a union must have one type, or null and one type')
  }
  if (others.length === branches.length) return build(others[0], path, place, names)
  const { schema, next } = build(others[0], path, { ...place, optional: true }, names)
  return { schema, next: (random, record) => (random.below(2) === 0 ? null : next(random, record)) }
}

function finish(type: AvroType, place: Place, names: Names): Generator {
  const { builder, values } = parts(type, names)
  if (place.optional) builder.optional()
  const doc = place.doc === undefined ? type.json['doc'] : place.doc
  if (typeof doc === 'string') builder.doc(doc)
  if (place.default !== undefined && place.default !== null) {
    builder.defaultValue(valueFromJson(builder.build(), place.default, type.path))
  }
  const schema = builder.build()
  const { options } = type.args
  if (options === undefined) return { schema, next: values(schema) }
  if (!Array.isArray(options) || options.length === 0) {
    throw invalid(type.path, 'options must be a list with values')
  }
  const choices = options.map((option) => valueFromJson(schema, option, type.path))
  return { schema, next: (random) => random.pick(choices) }
}

function parts(type: AvroType, names: Names): Parts {
  switch (type.type) {
    case 'record':
      return record(type, names)
    case 'array': {
      const items = build(type.json['items'], `${type.path}[]`, required, names)
      const length = lengths(type)
      return {
        builder: SchemaBuilder.array(items.schema),
        values: () => (random, number) =>
          Array.from({ length: length(random) }, () => items.next(random, number)),
      }
    }
    case 'map':
      return map(type, names)
    case 'enum': {
      const { symbols } = type.json
      if (!Array.isArray(symbols)) throw invalid(type.path, 'an enum needs symbols')
      return { builder: SchemaBuilder.string(), values: () => (random) => random.pick(symbols) }
    }
    default:
      return primitive(type)
  }
}

function record(type: AvroType, names: Names): Parts {
  const { fields } = type.json
  if (!Array.isArray(fields)) throw invalid(type.path, 'a record needs fields')
  const builder = SchemaBuilder.struct().name(fullName(type))
  const generators = fields.map((field: unknown) => {
    if (!isObject(field) || typeof field['name'] !== 'string') {
      throw invalid(type.path, 'a field needs a name')
    }
    const path = `${type.path}.${field['name']}`
    if ('arg.properties' in field) {
      throw invalid(path, 'arg.properties belong into the type of a field')
    }
    const place: Place = { optional: false, default: field['default'], doc: field['doc'] }
    const generator = build(field['type'], path, place, names)
    builder.field(field['name'], generator.schema)
    return generator
  })
  return {
    builder,
    values: (schema) => (random, number) => {
      const struct = new Struct(schema)
      for (const field of schema.fields) {
        struct.put(field, generators[field.index]?.next(random, number) ?? null)
      }
      return struct
    },
  }
}

function map(type: AvroType, names: Names): Parts {
  const values = build(type.json['values'], `${type.path}{}`, required, names)
  const keyType = { type: 'string', 'arg.properties': type.args['keys'] ?? {} }
  const keys = build(keyType, `${type.path}{keys}`, required, names)
  const length = lengths(type)
  return {
    builder: SchemaBuilder.map(STRING_SCHEMA, values.schema),
    values: () => (random, number) =>
      new Map(
        Array.from({ length: length(random) }, () => [
          keys.next(random, number),
          values.next(random, number),
        ]),
      ),
  }
}

function fullName(type: AvroType): string {
  const { name, namespace } = type.json
  if (typeof name !== 'string') throw invalid(type.path, `a ${type.type} needs a name`)
  return typeof namespace === 'string' && !name.includes('.') ? `${namespace}.${name}` : name
}
