import { ConnectError, type ConnectValue, isConnectObject, javaClassOf } from '../sdk/index.ts'
import type { SchemalessMap } from './requirements.ts'

/** A copy with one more field for each of `fields` whose value is not undefined. */
export function withFields<F extends { readonly name: string }>(
  map: SchemalessMap,
  fields: readonly F[],
  read: (field: F) => ConnectValue | undefined,
): SchemalessMap {
  if (!isConnectObject(map)) {
    const copy = new Map(map)
    for (const field of fields) {
      const value = read(field)
      if (value !== undefined) copy.set(field.name, value)
    }
    return copy
  }
  const copy: { [field: string]: ConnectValue } = { ...map }
  for (const field of fields) {
    const value = read(field)
    if (value !== undefined) define(copy, field.name, value)
  }
  return copy
}

/** Sets an own field; assigning would lose one that is called `__proto__`. */
export function define(
  object: { [field: string]: ConnectValue },
  name: string,
  value: ConnectValue,
): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    })
  } else {
    object[name] = value
  }
}

/** undefined when there is no such field. */
export function fieldOfMap(map: SchemalessMap, name: string): ConnectValue | undefined {
  if (!isConnectObject(map)) return map.get(name)
  return Object.hasOwn(map, name) ? map[name] : undefined
}

type NamedMap = ReadonlyMap<ConnectValue, ConnectValue>

export function withoutFields(map: NamedMap, names: ReadonlySet<string>): SchemalessMap {
  return new Map([...map].filter(([key]) => typeof key !== 'string' || !names.has(key)))
}

/**
 * A copy with other names for fields, as `objectRenaming` makes of objects; null leaves one out.
 * @param keepsNull Whether a key that is null stays.
 * @throws ConnectError DATA_INVALID when a key is no name.
 */
export function mapNames(
  map: NamedMap,
  nameOf: (name: string) => string | null,
  keepsNull: boolean,
): SchemalessMap {
  const entries: Entry[] = []
  for (const [key, value] of map) {
    const name = key === null ? null : nameOf(requireName(key))
    if (key === null ? keepsNull : name !== null) entries.push([name, value])
  }
  return mapOf(entries)
}

export type Entry = [key: string | null, value: ConnectValue]

/** An object, or a Map where a key is null. */
export function mapOf(entries: readonly Entry[]): SchemalessMap {
  const isObject = entries.every(([key]) => key !== null)
  return isObject ? Object.fromEntries(entries) : new Map(entries)
}

/** A key of a Map that is to be the name of a field. */
export function requireName(key: NonNullable<ConnectValue>): string {
  if (typeof key === 'string') return key
  throw new ConnectError(
    `Only string keys supported in maps without schema, found: ${javaClassOf(key)}`,
    { code: 'DATA_INVALID' },
  )
}
