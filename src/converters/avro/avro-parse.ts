import { messageOf } from '../../sdk/index.ts'
import {
  type AvroJson,
  type AvroJsonObject,
  isJsonArray,
  isJsonObject,
  jsonText,
  parseJson,
} from './avro-json.ts'
import {
  type AvroField,
  type AvroNamed,
  type AvroProps,
  type AvroRecord,
  type AvroSchema,
  avroError,
  fullNameOf,
  type PrimitiveType,
  primitive,
  primitiveTypes,
  requireDepth,
} from './avro-schema.ts'

/**
 * Reads a schema as a registry keeps it. Names are taken as they are.
 * @param referred Texts of the schemas that it refers to, those first that others need.
 * @throws ConnectError DATA_INVALID that names the type or field.
 */
export function parseAvro(text: string, referred: readonly string[] = []): AvroSchema {
  const parser = new Parser()
  for (const other of referred) parser.parse(jsonOf(other), null, 0)
  return parser.parse(jsonOf(text), null, 0)
}

function jsonOf(text: string): AvroJson {
  try {
    return parseJson(text)
  } catch (cause) {
    const trimmed = text.trim()
    if ((primitiveTypes as readonly string[]).includes(trimmed)) return trimmed
    throw avroError(`The schema is not valid JSON: ${messageOf(cause)}`, cause)
  }
}

const schemaAttributes = {
  primitive: ['type'],
  record: ['type', 'name', 'namespace', 'doc', 'aliases', 'fields'],
  enum: ['type', 'name', 'namespace', 'doc', 'aliases', 'symbols', 'default'],
  fixed: ['type', 'name', 'namespace', 'doc', 'aliases', 'size'],
  array: ['type', 'items'],
  map: ['type', 'values'],
  field: ['name', 'type', 'doc', 'default', 'order', 'aliases'],
} as const

class Parser {
  readonly #known = new Map<string, AvroNamed>()

  /** @param space Namespace of the type around. */
  parse(json: AvroJson | undefined, space: string | null, depth: number): AvroSchema {
    requireDepth(depth)
    if (typeof json === 'string') return this.#byName(json, space)
    if (isJsonArray(json)) {
      const branches = json.map((branch) => this.parse(branch, space, depth + 1))
      return { type: 'union', branches, props: new Map() }
    }
    if (!isJsonObject(json)) throw malformed('a type must be a name, a list or an object', json)
    return this.#byObject(json, space, depth)
  }

  #byName(name: string, space: string | null): AvroSchema {
    if (isPrimitive(name)) return primitive(name)
    const known =
      this.#known.get(name.includes('.') || space === null ? name : `${space}.${name}`) ??
      this.#known.get(name)
    if (known === undefined)
      throw avroError(`The schema uses the type ${name}, which is not defined`)
    return known
  }

  #byObject(json: AvroJsonObject, space: string | null, depth: number): AvroSchema {
    const type = own(json, 'type')
    switch (type) {
      case 'record':
      case 'error':
        return this.#record(json, space, depth)
      case 'enum':
        return this.#enum(json, space)
      case 'fixed':
        return this.#fixed(json, space)
      case 'array': {
        const items = this.parse(own(json, 'items'), space, depth + 1)
        return { type, items, props: propsOf(json, 'array') }
      }
      case 'map': {
        const values = this.parse(own(json, 'values'), space, depth + 1)
        return { type, values, props: propsOf(json, 'map') }
      }
      default:
        if (typeof type === 'string' && isPrimitive(type)) {
          return { type, props: propsOf(json, 'primitive') }
        }
        return this.parse(type, space, depth + 1)
    }
  }

  #record(json: AvroJsonObject, space: string | null, depth: number): AvroSchema {
    const named = namedOf(json, space)
    const record: AvroRecord = {
      ...named,
      type: 'record',
      fields: [],
      props: propsOf(json, 'record'),
    }
    this.#define(record)
    const fields = own(json, 'fields')
    if (!isJsonArray(fields)) throw malformed(`${named.name} has no fields`, json)
    for (const field of fields) {
      if (!isJsonObject(field))
        throw malformed(`${named.name} has a field that is no object`, field)
      record.fields.push(this.#field(field, named.namespace, depth))
    }
    return record
  }

  #field(json: AvroJsonObject, space: string | null, depth: number): AvroField {
    const name = own(json, 'name')
    if (typeof name !== 'string') throw malformed('a field has no name', json)
    return {
      name,
      schema: this.parse(own(json, 'type'), space, depth + 1),
      doc: textOrNull(own(json, 'doc')),
      defaultValue: own(json, 'default'),
      aliases: textsOf(own(json, 'aliases')),
      props: propsOf(json, 'field'),
    }
  }

  #enum(json: AvroJsonObject, space: string | null): AvroSchema {
    const symbols = own(json, 'symbols')
    if (!isJsonArray(symbols)) throw malformed('an enum has no symbols', json)
    return this.#define({
      ...namedOf(json, space),
      type: 'enum',
      symbols: textsOf(symbols),
      defaultSymbol: textOrNull(own(json, 'default')),
      props: propsOf(json, 'enum'),
    })
  }

  #fixed(json: AvroJsonObject, space: string | null): AvroSchema {
    const size = own(json, 'size')
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0)
      throw malformed('a fixed type has no size', json)
    return this.#define({
      ...namedOf(json, space),
      type: 'fixed',
      sizeBytes: size,
      props: propsOf(json, 'fixed'),
    })
  }

  #define<T extends AvroNamed>(schema: T): T {
    this.#known.set(fullNameOf(schema), schema)
    return schema
  }
}

function namedOf(json: AvroJsonObject, space: string | null) {
  const given = own(json, 'name')
  if (typeof given !== 'string') throw malformed('a type has no name', json)
  const dot = given.lastIndexOf('.')
  const spaceGiven = textOrNull(own(json, 'namespace'))
  const namespace = dot === -1 ? (spaceGiven ?? space) : given.slice(0, dot)
  return {
    name: given.slice(dot + 1),
    namespace: namespace === '' ? null : namespace,
    doc: textOrNull(own(json, 'doc')),
    aliases: textsOf(own(json, 'aliases')).map((alias) =>
      alias.includes('.') || !namespace ? alias : `${namespace}.${alias}`,
    ),
  }
}

/** Attributes beside those of Avro. */
function propsOf(json: AvroJsonObject, kind: keyof typeof schemaAttributes): AvroProps {
  const reserved: readonly string[] = schemaAttributes[kind]
  return new Map(Object.entries(json).filter(([name]) => !reserved.includes(name)))
}

function own(json: AvroJsonObject, name: string): AvroJson | undefined {
  return Object.hasOwn(json, name) ? json[name] : undefined
}

function textOrNull(json: AvroJson | undefined): string | null {
  return typeof json === 'string' ? json : null
}

function textsOf(json: AvroJson | undefined): readonly string[] {
  return isJsonArray(json) ? json.filter((each) => typeof each === 'string') : []
}

function isPrimitive(name: string): name is PrimitiveType {
  return (primitiveTypes as readonly string[]).includes(name)
}

const SHOWN_LENGTH_MAX = 100

function malformed(problem: string, json: AvroJson | undefined) {
  const text = json === undefined ? 'nothing' : jsonText(json)
  const shown = text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}...` : text
  return avroError(`The schema is not valid: ${problem}, but there is ${shown}`)
}
