/**
 * Marks the classes of the data model, so that `instanceof` also holds for objects of another copy
 * of this package, such as one that a plug-in brought along.
 */
export const structBrand = Symbol.for('millrace.Struct')
export const schemaBrand = Symbol.for('millrace.Schema')
export const numberBrand = Symbol.for('millrace.BoxedNumber')
export const bigIntegerBrand = Symbol.for('millrace.BigInteger')
export const decimalBrand = Symbol.for('millrace.Decimal')
export const sinkRecordBrand = Symbol.for('millrace.SinkRecord')

export function hasBrand(value: unknown, brand: symbol): boolean {
  return typeof value === 'object' && value !== null && brand in value
}
