import type { Field, Fields, Scalar } from '../../src/protocol/fields.ts'
import type { Message } from '../../src/protocol/message.ts'

/** Uniform in [0, 1), the same for the same seed. */
export type Random = () => number

/** @see https://en.wikipedia.org/wiki/Xorshift */
export function seededRandom(seed: number): Random {
  let state = (seed + 1) | 0
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

type Values = Record<string, unknown>

/** A value of a message as decoding it would give it: fields of other versions have defaults. */
export function randomMessage(message: Message, version: number, random: Random): Values {
  return randomFields(message.fields, version, random)
}

function randomFields(fields: Fields, version: number, random: Random): Values {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, randomField(field, version, random)]),
  )
}

function randomField(field: Field, version: number, random: Random): unknown {
  if (version < field.since || version > field.until) return field.default
  if (field.tag !== null && random() < 0.3) return field.default
  if (version >= field.nullableSince && random() < 0.3) return null
  if (!field.isArray) return randomElement(field.element, version, random)
  const length = Math.floor(random() * 3)
  return Array.from({ length }, () => randomElement(field.element, version, random))
}

function randomElement(element: Scalar | Fields, version: number, random: Random): unknown {
  return typeof element === 'string'
    ? scalars[element](random)
    : randomFields(element, version, random)
}

const scalars: { readonly [S in Scalar]: (random: Random) => unknown } = {
  bool: (random) => random() < 0.5,
  int8: (random) => integer(8, random),
  int16: (random) => integer(16, random),
  int32: (random) => integer(32, random),
  int64: (random) => integer(54, random),
  string: (random) => 'aé€😀'.repeat(Math.floor(random() * 40)),
  uuid: (random) => bytes(16, random).toString('base64url'),
  bytes: (random) => bytes(Math.floor(random() * 40), random),
  records: (random) => bytes(Math.floor(random() * 2000), random),
}

function integer(bits: number, random: Random): number {
  return Math.floor((random() - 0.5) * 2 ** bits)
}

function bytes(length: number, random: Random): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)))
}
