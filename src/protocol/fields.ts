/** TypeScript type of each of Kafka's scalar types, as decoded. */
export interface ScalarTypes {
  readonly bool: boolean
  readonly int8: number
  readonly int16: number
  readonly int32: number
  /** Exact up to 2^53, see `Cursor.readInt64`. */
  readonly int64: number
  readonly string: string
  /** URL-safe base64 without padding, as Apache Kafka prints it. */
  readonly uuid: string
  /** A view of the frame, not a copy. */
  readonly bytes: Buffer
  /** Record batches; a view of the frame, not a copy. */
  readonly records: Buffer
}

export type Scalar = keyof ScalarTypes

/** Fields of a message or of a structure in it, in the order of the wire. */
export interface Fields {
  readonly [name: string]: Field
}

/**
 * One field. `Out` is what decoding gives, `In` what encoding takes; `Optional` fields may be left
 * out when encoding.
 */
export interface Field<Out = unknown, In = unknown, Optional extends boolean = boolean>
  extends VersionRange {
  readonly element: Scalar | Fields
  readonly isArray: boolean
  readonly nullableSince: number
  /** Number of a tagged field; null for one with a place of its own. */
  readonly tag: number | null
  /** What a version without the field, or a tagged field that wasn't sent, reads as. */
  readonly default: unknown
  readonly types?: { readonly out: Out; readonly in: In; readonly optional: Optional }
}

interface VersionRange {
  readonly since: number
  readonly until: number
}

interface FieldOptions {
  /** First version that has the field; the message's first when left out. */
  readonly since?: number
  /** Last version that has the field. */
  readonly until?: number
  /** First version in which the field may be null. */
  readonly nullable?: number
  readonly tag?: number
  /** Zero, empty or false when left out, each field's own default in a structure. */
  readonly default?: string | number | boolean | null
}

/** In all versions, with its place on the wire and without a default: encoding needs a value. */
type Required = { readonly [K in 'since' | 'until' | 'tag' | 'default']?: never }

type OrNull<O> = O extends { readonly nullable: number } ? null : never
type IsOptional<O> = O extends Required ? false : true

type ElementOut<E> = E extends Scalar ? ScalarTypes[E] : E extends Fields ? FieldsOut<E> : never

type ElementIn<E> = E extends 'bytes' | 'records'
  ? Uint8Array
  : E extends Scalar
    ? ScalarTypes[E]
    : E extends Fields
      ? FieldsIn<E>
      : never

export type FieldsOut<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer Out> ? Out : never
}

type OptionalNames<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<unknown, unknown, false> ? never : K
}[keyof F]

type InOf<F> = F extends Field<unknown, infer In> ? In : never

export type FieldsIn<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalNames<F>>]: InOf<F[K]>
} & { readonly [K in OptionalNames<F>]?: InOf<F[K]> }

/** Declares a field that holds one value: a scalar, or a structure when given fields. */
export function field<
  const E extends Scalar | Fields,
  const O extends FieldOptions = Record<never, never>,
>(
  element: E,
  options?: O,
): Field<ElementOut<E> | OrNull<O>, ElementIn<E> | OrNull<O>, IsOptional<O>> {
  return describe(element, false, options ?? {})
}

/** Declares a field that holds any number of scalars or structures. */
export function array<
  const E extends Scalar | Fields,
  const O extends FieldOptions = Record<never, never>,
>(
  element: E,
  options?: O,
): Field<readonly ElementOut<E>[] | OrNull<O>, readonly ElementIn<E>[] | OrNull<O>, IsOptional<O>> {
  return describe(element, true, options ?? {})
}

function describe(
  element: Scalar | Fields,
  isArray: boolean,
  options: FieldOptions,
): Field<never, never, never> {
  const implied = isArray ? noElements : impliedDefault(element)
  return {
    element,
    isArray,
    since: options.since ?? 0,
    until: options.until ?? Number.POSITIVE_INFINITY,
    nullableSince: options.nullable ?? Number.POSITIVE_INFINITY,
    tag: options.tag ?? null,
    default: options.default === undefined ? implied : options.default,
  }
}

const noElements: readonly never[] = Object.freeze([])

const zeros: { readonly [S in Scalar]: ScalarTypes[S] } = {
  bool: false,
  int8: 0,
  int16: 0,
  int32: 0,
  int64: 0,
  string: '',
  uuid: 'AAAAAAAAAAAAAAAAAAAAAA',
  bytes: Buffer.alloc(0),
  records: Buffer.alloc(0),
}

function impliedDefault(element: Scalar | Fields): unknown {
  if (typeof element === 'string') return zeros[element]
  return Object.freeze(
    Object.fromEntries(Object.entries(element).map(([name, inner]) => [name, inner.default])),
  )
}
