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
