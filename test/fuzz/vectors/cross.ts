import type { Random } from '../random.ts'

/** Inputs that only make sense together. */
const groups: ReadonlyArray<readonly string[]> = [
  ['config'],
  ['class'],
  ['record'],
  ['schema', 'value', 'valueSchema'],
  ['value', 'valueSchema'],
  ['source', 'value'],
  ['target'],
  ['text', 'bytes'],
  ['to', 'scale'],
  ['type'],
  ['field'],
  ['a'],
  ['b'],
  ['calls'],
  ['def'],
  ['props'],
]

type Case = Readonly<Record<string, unknown>>

/** A case with some of its inputs taken from another case of the same operation. */
export function crossed<T extends object>(vector: T, others: readonly object[], random: Random): T {
  const { op } = vector as Case
  const partners = others.filter(
    (other) => (other as Case)['op'] === op && !isParsed(other),
  ) as Case[]
  const usable = isParsed(vector) ? [] : groups.filter((keys) => keys.some((key) => key in vector))
  if (partners.length === 0 || usable.length === 0) return vector
  const [partner, keys] = [random.pick(partners), random.pick(usable)]
  const kept = Object.entries(vector).filter(([key]) => !keys.includes(key))
  const taken = keys.filter((key) => key in partner).map((key) => [key, partner[key]])
  if (taken.length === 0) return vector
  return Object.fromEntries([...kept, ...taken]) as T
}

/** A setting that is no text: JavaScript has one type for numbers of all of Java's. */
function isParsed(vector: object): boolean {
  const { op, value } = vector as Case
  return op === 'config.toText' || (op === 'config.parseType' && !('string' in Object(value)))
}
