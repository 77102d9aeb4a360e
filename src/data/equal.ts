import { decimalBrand, hasBrand, structBrand } from './brand.ts'
import { epochMsOf } from './date.ts'
import { isConnectObject } from './java-type.ts'
import { BoxedNumber } from './numbers.ts'
import type { ConnectObject, ConnectValue } from './value.ts'

interface Comparable {
  equals(other: unknown): boolean
}

/** Deep equality of two values of one schema: bytes by content, maps without regard to order. */
export function valuesEqual(a: ConnectValue, b: ConnectValue): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object') return sameInteger(a, b)
  if (a === null || b === null) return false
  return objectsEqual(a, b)
}

/** A 64-bit integer without schema may be a number or a bigint. */
function sameInteger(a: ConnectValue, b: ConnectValue): boolean {
  if (typeof a === 'bigint' || typeof b === 'bigint') return String(a) === String(b)
  return false
}

function objectsEqual(a: object, b: object): boolean {
  if (hasBrand(a, structBrand) || hasBrand(a, decimalBrand)) {
    return (a as Comparable).equals(b)
  }
  if (Array.isArray(a)) return Array.isArray(b) && listsEqual(a, b)
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0
  if (a instanceof Date) return b instanceof Date && epochMsOf(a) === epochMsOf(b)
  if (a instanceof BoxedNumber) {
    return b instanceof BoxedNumber && a.type === b.type && Object.is(a.value, b.value)
  }
  return isMap(a) && isMap(b) && mapsEqual(entriesOf(a), entriesOf(b))
}

function listsEqual(a: readonly ConnectValue[], b: readonly ConnectValue[]): boolean {
  return (
    a.length === b.length && a.every((element, index) => valuesEqual(element, b[index] ?? null))
  )
}

type MapValue = ReadonlyMap<ConnectValue, ConnectValue> | ConnectObject

function isMap(value: object): value is MapValue {
  return value instanceof Map || isConnectObject(value)
}

type Entry = readonly [ConnectValue, ConnectValue]

function entriesOf(map: MapValue): readonly Entry[] {
  return map instanceof Map ? [...map] : Object.entries(map as ConnectObject)
}

function mapsEqual(a: readonly Entry[], b: readonly Entry[]): boolean {
  return (
    a.length === b.length &&
    a.every(([key, value]) => {
      const other = b.find(([otherKey]) => valuesEqual(key, otherKey))
      return other !== undefined && valuesEqual(value, other[1])
    })
  )
}
