import { ConnectError } from '../../sdk/index.ts'

/** A type of an Avro schema in its long form, with what `arg.properties` says of its values. */
export interface AvroType {
  readonly type: string
  /** Where it is, for errors: `orders.address.city`. */
  readonly path: string
  readonly json: Readonly<Record<string, unknown>>
  readonly args: Readonly<Record<string, unknown>>
}

export type JsonObject = Readonly<Record<string, unknown>>

const argsOfNumbers = ['options', 'range', 'iteration']

/** What can be said of the values of each type. */
const argNames: Readonly<Record<string, readonly string[]>> = {
  null: [],
  boolean: ['options', 'iteration', 'odds'],
  int: argsOfNumbers,
  long: argsOfNumbers,
  float: argsOfNumbers,
  double: argsOfNumbers,
  bytes: ['options', 'length'],
  string: ['options', 'length', 'regex', 'prefix', 'suffix'],
  fixed: ['options'],
  enum: ['options'],
  array: ['options', 'length'],
  map: ['options', 'length', 'keys'],
  record: ['options'],
}

/** @throws ConnectError CONFIG_INVALID for a type or an annotation that is not known. */
export function avroType(json: unknown, path: string): AvroType {
  const long = typeof json === 'string' ? { type: json } : json
  if (!isObject(long)) throw invalid(path, `${JSON.stringify(json)} is not a type`)
  // {"type": {"type": "string"}} is another way to write the inner one.
  if (isObject(long['type']) && long['arg.properties'] === undefined) {
    return avroType(long['type'], path)
  }
  const type = long['type']
  const allowed = typeof type === 'string' ? argNames[type] : undefined
  if (typeof type !== 'string' || allowed === undefined) {
    throw invalid(path, `unknown type ${JSON.stringify(type)}`)
  }
  return { type, path, json: long, args: argsOf(long, type, allowed, path) }
}

function argsOf(
  json: JsonObject,
  type: string,
  allowed: readonly string[],
  path: string,
): JsonObject {
  const args = json['arg.properties'] ?? {}
  if (!isObject(args)) throw invalid(path, 'arg.properties must be an object')
  const unknown = Object.keys(args).find((name) => !allowed.includes(name))
  if (unknown !== undefined) {
    throw invalid(
      path,
      `arg.properties "${unknown}" is not supported for ${type}: ${allowed.join(', ')} are`,
    )
  }
  return args
}

export function isNamed(type: string): boolean {
  return type === 'record' || type === 'enum' || type === 'fixed'
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function invalid(path: string, reason: string, cause?: unknown): ConnectError {
  return new ConnectError(`Avro schema, ${path}: ${reason}`, { code: 'CONFIG_INVALID', cause })
}

/** A property of an annotation or type that must be a number, if it is there. */
export function numberAt(json: JsonObject, key: string, path: string): number | null {
  const value = json[key]
  if (value === undefined) return null
  if (typeof value !== 'number') throw invalid(path, `${key} must be a number`)
  return value
}
