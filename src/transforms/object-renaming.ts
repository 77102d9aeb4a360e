import type { ConnectObject, ConnectValue } from '../sdk/index.ts'
import { define } from './schemaless-map.ts'

/** Gives fields other names; null leaves a field out. */
export type ObjectRenaming = (object: ConnectObject) => ConnectObject

type Copy = { [field: string]: ConnectValue }

/**
 * Objects with the keys of the one before are copied from an empty one of the result's form, which
 * needs no look-up for each key and never grows.
 */
export function objectRenaming(nameOf: (name: string) => string | null): ObjectRenaming {
  let keys: readonly string[] = []
  let names: ReadonlyArray<string | null> = []
  let form: ConnectObject = {}
  const learn: ObjectRenaming = (object) => {
    keys = Object.keys(object)
    names = keys.map(nameOf)
    const copy: Copy = {}
    const empty: Copy = {}
    for (const [index, name] of names.entries()) {
      if (name === null) continue
      define(copy, name, object[keys[index] as string] as ConnectValue)
      define(empty, name, null)
    }
    form = empty
    // Such a field can't be assigned: no object is like this one.
    if (names.includes('__proto__')) [keys, form] = [[], {}]
    return copy
  }
  return (object) => {
    const copy: Copy = { ...form }
    let index = 0
    for (const key in object) {
      if (key !== keys[index]) return learn(object)
      const name = names[index++]
      if (typeof name === 'string') copy[name] = object[key] as ConnectValue
    }
    return index === keys.length ? copy : learn(object)
  }
}
