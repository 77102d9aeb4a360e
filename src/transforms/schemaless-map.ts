import { type ConnectValue, isConnectObject } from '../sdk/index.ts'
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

export function withoutFields(map: SchemalessMap, names: ReadonlySet<string>): SchemalessMap {
  return mapNames(map, (name) => (names.has(name) ? null : name))
}

/** A copy with other names for fields; null leaves a field out. Keys that are no strings stay. */
export function mapNames(
  map: SchemalessMap,
  nameOf: (name: string) => string | null,
): SchemalessMap {
  if (!isConnectObject(map)) {
    const entries = Array.from(map, ([key, value]): [ConnectValue, ConnectValue] | null => {
      const name = typeof key === 'string' ? nameOf(key) : key
      return typeof key === 'string' && name === null ? null : [name, value]
    })
    return new Map(entries.filter((entry) => entry !== null))
  }
  const copy: { [field: string]: ConnectValue } = {}
  for (const key in map) {
    const name = nameOf(key)
    if (name !== null) define(copy, name, map[key] as ConnectValue)
  }
  return copy
}
