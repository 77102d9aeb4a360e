import { type AvroJson, jsonText, quoted } from './avro-json.ts'
import {
  type AvroField,
  type AvroNamed,
  type AvroProps,
  type AvroSchema,
  avroError,
  fullNameOf,
  isNamed,
  sameForm,
} from './avro-schema.ts'

/** The schema as Java's library prints it, so that a registry knows the two for one. */
export function avroText(schema: AvroSchema): string {
  return print(schema, null, new Map())
}

type Known = Map<string, AvroNamed>

/** @param space Namespace of the type around. @param known Types printed before, by full name. */
function print(schema: AvroSchema, space: string | null, known: Known): string {
  if (isNamed(schema)) return printNamed(schema, space, known)
  const props = propsOf(schema.props)
  switch (schema.type) {
    case 'union':
      return `[${schema.branches.map((branch) => print(branch, space, known)).join()}]`
    case 'array':
      return object([['type', '"array"'], ['items', print(schema.items, space, known)], ...props])
    case 'map':
      return object([['type', '"map"'], ['values', print(schema.values, space, known)], ...props])
    default:
      return props.length === 0
        ? `"${schema.type}"`
        : object([['type', `"${schema.type}"`], ...props])
  }
}

type Entry = readonly [name: string, text: string]

function printNamed(schema: AvroNamed, space: string | null, known: Known): string {
  const { namespace, name, doc } = schema
  const fullName = fullNameOf(schema)
  const before = known.get(fullName)
  if (before !== undefined) {
    if (!sameForm(before, schema)) throw ambiguous(fullName)
    return quoted(namespace === null || namespace === space ? name : fullName)
  }
  known.set(fullName, schema)
  const entries: Entry[] = [
    ['type', quoted(schema.type)],
    ['name', quoted(name)],
  ]
  if (namespace !== space) entries.push(['namespace', quoted(namespace ?? '')])
  if (doc !== null) entries.push(['doc', quoted(doc)])
  entries.push(...bodyOf(schema, known), ...propsOf(schema.props), ...aliasesOf(schema.aliases))
  return object(entries)
}

function bodyOf(schema: AvroNamed, known: Known): Entry[] {
  switch (schema.type) {
    case 'record': {
      const fields = schema.fields.map((field) => printField(field, schema.namespace, known))
      return [['fields', `[${fields.join()}]`]]
    }
    case 'enum': {
      const { symbols, defaultSymbol } = schema
      const entry: Entry = ['symbols', jsonText(symbols)]
      return defaultSymbol === null ? [entry] : [entry, ['default', quoted(defaultSymbol)]]
    }
    case 'fixed':
      return [['size', String(schema.sizeBytes)]]
  }
}

function printField(field: AvroField, space: string | null, known: Known): string {
  const { name, schema, doc, defaultValue, aliases, props } = field
  return object([
    ['name', quoted(name)],
    ['type', print(schema, space, known)],
    ...entry('doc', doc ?? undefined),
    ...entry('default', defaultValue),
    ...aliasesOf(aliases),
    ...propsOf(props),
  ])
}

function entry(name: string, value: AvroJson | undefined): Entry[] {
  return value === undefined ? [] : [[name, jsonText(value)]]
}

function aliasesOf(aliases: readonly string[]): Entry[] {
  return aliases.length === 0 ? [] : [['aliases', jsonText(aliases)]]
}

function propsOf(props: AvroProps): Entry[] {
  return Array.from(props, ([name, value]) => [name, jsonText(value)])
}

function object(entries: readonly Entry[]): string {
  return `{${entries.map(([name, text]) => `${quoted(name)}:${text}`).join()}}`
}

function ambiguous(fullName: string) {
  return avroError(
    `Two different types are called ${fullName}, which Avro does not allow: give each schema a name of its own (maps whose keys are no texts are lists of such a type)`,
  )
}
