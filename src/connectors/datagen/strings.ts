import { type AvroType, invalid, isObject, numberAt } from './avro-type.ts'
import type { Random } from './random.ts'
import { type TextSource, textsMatching } from './regex-text.ts'

/** Lengths when nothing is said: from the first up to the second, not included. */
const LENGTH_MIN = 8
const LENGTH_MAX = 16

/** Texts tried until one that matches the expression also has the length. */
const ATTEMPTS_MAX = 1000

interface Length {
  readonly min: number
  readonly max: number
}

/** Lengths as `length` says. */
export function lengths(type: AvroType): (random: Random) => number {
  const { min, max } = lengthOf(type) ?? { min: LENGTH_MIN, max: LENGTH_MAX }
  return (random) => min + random.below(max - min)
}

/** Texts as `length`, `regex`, `prefix` and `suffix` say. */
export function strings(type: AvroType): TextSource {
  const { prefix = '', suffix = '', regex } = type.args
  if (typeof prefix !== 'string' || typeof suffix !== 'string') {
    throw invalid(type.path, 'prefix and suffix must be texts')
  }
  const texts = regex === undefined ? words(type) : matching(type, regex)
  return prefix === '' && suffix === '' ? texts : (random) => prefix + texts(random) + suffix
}

function words(type: AvroType): TextSource {
  const length = lengths(type)
  return (random) => {
    let text = ''
    for (let left = length(random); left > 0; left--) text += random.below(36).toString(36)
    return text
  }
}

function matching(type: AvroType, regex: unknown): TextSource {
  if (typeof regex !== 'string') throw invalid(type.path, 'regex must be a text')
  // With an expression, a plain number is the least length.
  const { length } = type.args
  const limit =
    typeof length === 'number' ? { min: length, max: Number.POSITIVE_INFINITY } : lengthOf(type)
  const texts = parsed(type, regex, Math.max(LENGTH_MIN, 2 * (limit?.min ?? 0)))
  if (limit === null) return texts
  return (random) => {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const text = texts(random)
      if (text.length >= limit.min && text.length < limit.max) return text
    }
    throw invalid(type.path, `no text that matches ${regex} has the length that is asked for`)
  }
}

function parsed(type: AvroType, regex: string, repeatExtra: number): TextSource {
  try {
    return textsMatching(regex, repeatExtra)
  } catch (cause) {
    if (cause instanceof SyntaxError) throw invalid(type.path, cause.message, cause)
    throw cause
  }
}

function lengthOf(type: AvroType): Length | null {
  const { length } = type.args
  if (length === undefined) return null
  if (typeof length === 'number') return { min: length, max: length + 1 }
  if (!isObject(length)) throw invalid(type.path, 'length must be a number or an object')
  const min = numberAt(length, 'min', type.path) ?? 0
  const max = numberAt(length, 'max', type.path) ?? min + LENGTH_MAX
  if (!(min >= 0 && min < max)) {
    throw invalid(type.path, `length needs 0 <= min < max, got ${min} and ${max}`)
  }
  return { min, max }
}
