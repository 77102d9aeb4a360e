/**
 * A number whose Java type can't be told from the JavaScript value; only in values without schema.
 * Behaves as its number in arithmetic and comparisons.
 */
export abstract class BoxedNumber {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }

  valueOf(): number {
    return this.value
  }
}

export class Int8 extends BoxedNumber {}
export class Int16 extends BoxedNumber {}
export class Int32 extends BoxedNumber {}
export class Float32 extends BoxedNumber {}
/** A double with an integral value, such as `1.0`; other doubles are plain numbers. */
export class Float64 extends BoxedNumber {}
