import type { Field, Fields } from '../../../src/protocol/fields.ts'
import type { Message } from '../../../src/protocol/message.ts'

/** A message definition as Apache Kafka keeps it in `common/message/*.json`. */
export interface Definition {
  readonly name: string
  readonly apiKey?: number
  readonly validVersions: string
  readonly flexibleVersions: string
  readonly fields: readonly DefinedField[]
  readonly commonStructs?: readonly {
    readonly name: string
    readonly fields: readonly DefinedField[]
  }[]
}

interface DefinedField {
  readonly name: string
  readonly type: string
  readonly versions: string
  readonly nullableVersions?: string
  readonly taggedVersions?: string
  readonly tag?: number
  readonly default?: string | number | boolean | null
  readonly fields?: readonly DefinedField[]
}

type Range = readonly [first: number, last: number]

/** @param json With the comments that Apache Kafka's definitions have. */
export function parseDefinition(json: string): Definition {
  return JSON.parse(json.replace(/^\s*\/\/.*$/gm, '')) as Definition
}

/** One line for each field of each side, with all that decides about its bytes. */
export function describeMessage(message: Message): string[] {
  const { key, name, versions, flexibleSince, fields } = message
  return [headLine(name, key, versions, flexibleSince), ...ownLines(fields, versions, '')]
}

export function describeDefinition(definition: Definition): string[] {
  const valid = rangeOf(definition.validVersions)
  const { flexibleVersions, name, apiKey } = definition
  const flexible = flexibleVersions === 'none' ? null : rangeOf(flexibleVersions)[0]
  return [
    headLine(name, apiKey ?? null, valid, flexible),
    ...definedLines(definition, definition.fields, valid, ''),
  ]
}

function headLine(name: string, key: number | null, valid: Range, flexible: number | null): string {
  const since = flexible === null ? 'never' : `since ${Math.max(flexible, valid[0])}`
  return `${name} key ${key}, versions ${valid.join('-')}, flexible ${since}`
}

function ownLines(fields: Fields, scope: Range, path: string): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const range = intersect([field.since, field.until], scope)
    const isStruct = typeof field.element !== 'string'
    const line = fieldLine({
      path: `${path}${name}`,
      type: `${field.isArray ? '[]' : ''}${isStruct ? 'struct' : field.element}`,
      range,
      nullableSince: Number.isFinite(field.nullableSince) ? field.nullableSince : null,
      tag: field.tag,
      default: isStruct || field.isArray ? '' : defaultText(field),
    })
    return typeof field.element === 'string'
      ? [line]
      : [line, ...ownLines(field.element, range, `${path}${name}.`)]
  })
}

function defaultText(field: Field): string {
  if (Buffer.isBuffer(field.default)) return ''
  return String(field.default)
}

function definedLines(
  definition: Definition,
  fields: readonly DefinedField[],
  scope: Range,
  path: string,
): string[] {
  return fields.flatMap((field) => {
    const range = intersect(rangeOf(field.versions), scope)
    if (range[0] > range[1]) return []
    const name = `${path}${camelCase(field.name)}`
    const inner = innerFields(definition, field)
    const line = fieldLine({ path: name, range, ...definedTraits(field, inner !== undefined) })
    return inner === undefined
      ? [line]
      : [line, ...definedLines(definition, inner, range, `${name}.`)]
  })
}

function innerFields(
  { commonStructs }: Definition,
  { type, fields }: DefinedField,
): readonly DefinedField[] | undefined {
  return fields ?? commonStructs?.find(({ name }) => name === type.replace('[]', ''))?.fields
}

function definedTraits(field: DefinedField, isStruct: boolean): Omit<Line, 'path' | 'range'> {
  const array = field.type.startsWith('[]') ? '[]' : ''
  if (field.taggedVersions !== undefined && field.taggedVersions !== field.versions) {
    throw new TypeError(`${field.name} is tagged in some versions only, which fields.ts can't say`)
  }
  return {
    type: isStruct ? `${array}struct` : field.type,
    nullableSince: nullableSince(field),
    tag: field.tag ?? null,
    default: isStruct || array !== '' ? '' : definedDefault(field),
  }
}

function nullableSince({ name, nullableVersions, versions }: DefinedField): number | null {
  if (nullableVersions === undefined) return null
  const [first, last] = rangeOf(nullableVersions)
  if (last < rangeOf(versions)[1]) {
    throw new TypeError(`${name} stops being nullable, which fields.ts can't say`)
  }
  return first
}

/** Defaults as this project's tables have them: numbers, also for 64 bits. */
function definedDefault({ type, default: given }: DefinedField): string {
  if (given === null || given === 'null') return 'null'
  if (type === 'bool') return String(given ?? false).toLowerCase()
  if (type === 'uuid') return 'AAAAAAAAAAAAAAAAAAAAAA'
  if (type.startsWith('int')) return String(Number(given ?? 0))
  return String(given ?? '')
}

interface Line {
  readonly path: string
  readonly type: string
  readonly range: Range
  readonly nullableSince: number | null
  readonly tag: number | null
  readonly default: string
}

function fieldLine(line: Line): string {
  const { path, type, range, nullableSince: since, tag } = line
  const nullable = since === null ? 'never' : `since ${Math.max(since, range[0])}`
  const versions = `versions ${range.join('-')}, null ${nullable}`
  return `${path}: ${type}, ${versions}, tag ${tag}, default ${line.default}`
}

function rangeOf(text: string): Range {
  const [, first, plus, last] = /^(\d+)(\+)?(?:-(\d+))?$/.exec(text) ?? []
  if (first === undefined) throw new TypeError(`not a version range: ${text}`)
  if (plus !== undefined) return [Number(first), Number.POSITIVE_INFINITY]
  return [Number(first), Number(last ?? first)]
}

function intersect(range: Range, scope: Range): Range {
  return [Math.max(range[0], scope[0]), Math.min(range[1], scope[1])]
}

/** `V3AndBelowTopics` is `v3AndBelowTopics` here, `ISR` would be `isr`. */
function camelCase(name: string): string {
  return name.replace(/^(?:[A-Z]+(?=[A-Z][a-z]|$)|[A-Z])/, (start) => start.toLowerCase())
}
