import { bigIntegerBrand, hasBrand, numberBrand } from './brand.ts'
import type { SchemaType } from './schema.ts'

/**
 * A number whose Java type can't be told from the JavaScript value; only in values without schema.
 * Behaves as its number in arithmetic and comparisons.
 */
export abstract class BoxedNumber {
  abstract get [numberBrand](): SchemaType
  readonly value: number

  constructor(value: number) {
    this.value = value
  }

  /** The schema type that such a number has. */
  get type(): SchemaType {
    return this[numberBrand]
  }

  valueOf(): number {
    return this.value
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, numberBrand)
  }
}

function isBoxed(value: unknown, type: SchemaType): boolean {
  return value instanceof BoxedNumber && value.type === type
}

export class Int8 extends BoxedNumber {
  override get [numberBrand](): 'INT8' {
    return 'INT8'
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBoxed(value, 'INT8')
  }
}

export class Int16 extends BoxedNumber {
  override get [numberBrand](): 'INT16' {
    return 'INT16'
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBoxed(value, 'INT16')
  }
}

export class Int32 extends BoxedNumber {
  override get [numberBrand](): 'INT32' {
    return 'INT32'
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBoxed(value, 'INT32')
  }
}

export class Float32 extends BoxedNumber {
  override get [numberBrand](): 'FLOAT32' {
    return 'FLOAT32'
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBoxed(value, 'FLOAT32')
  }
}

/** A double with an integral value, such as `1.0`; other doubles are plain numbers. */
export class Float64 extends BoxedNumber {
  override get [numberBrand](): 'FLOAT64' {
    return 'FLOAT64'
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBoxed(value, 'FLOAT64')
  }
}

/** An integer that no schema type has, of any size; beyond 64 bits a bigint means the same. */
export class BigInteger {
  readonly value: bigint

  constructor(value: bigint) {
    this.value = value
  }

  get [bigIntegerBrand](): true {
    return true
  }

  valueOf(): bigint {
    return this.value
  }

  toString(): string {
    return String(this.value)
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, bigIntegerBrand)
  }
}

/** A double as a value without schema: boxed where the plain number would stand for an integer. */
export function schemalessDouble(value: number): number | Float64 {
  return Number.isInteger(value) ? new Float64(value) : value
}

/** A 64-bit integer as a value without schema: a number where that is exact. */
export function schemalessLong(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
