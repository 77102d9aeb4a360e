import type { AvroType } from './avro-type.ts'
import { invalid, isObject, numberAt } from './avro-type.ts'
import type { Random } from './random.ts'

/** Makes the value for record number `record` (0, 1, ...) as a JavaScript number. */
export type NumberSource = (random: Random, record: number) => number

interface Limits {
  readonly min: number
  /** Not included. */
  readonly max: number
}

const limits: Readonly<Record<string, Limits>> = {
  int: { min: -(2 ** 31), max: 2 ** 31 },
  long: { min: -(2 ** 63), max: 2 ** 63 },
  float: { min: -3.4028234663852886e38, max: 3.4028234663852886e38 },
  double: { min: -Number.MAX_VALUE, max: Number.MAX_VALUE },
}

/** Values that follow a `range` or an `iteration`; null when the type has neither. */
export function annotatedNumbers(type: AvroType): NumberSource | null {
  const { range, iteration } = type.args
  if (iteration !== undefined) {
    if (!isObject(iteration)) throw invalid(type.path, 'iteration must be an object')
    return iterated(iteration, type.path)
  }
  if (range === undefined) return null
  if (!isObject(range)) throw invalid(type.path, 'range must be an object')
  const ofType = limits[type.type] ?? { min: 0, max: 0 }
  const min = numberAt(range, 'min', type.path) ?? ofType.min
  const max = numberAt(range, 'max', type.path) ?? ofType.max
  if (!(min < max)) throw invalid(type.path, `range needs min < max, got ${min} and ${max}`)
  return between({ min, max }, type.type === 'int' || type.type === 'long')
}

function between({ min, max }: Limits, isInteger: boolean): NumberSource {
  const span = max - min
  if (isInteger) {
    return span <= 2 ** 32
      ? (random) => min + random.below(span)
      : (random) => Math.floor(min + random.unit() * span)
  }
  // The span of two doubles may be beyond the largest one.
  if (!Number.isFinite(span)) return (random) => (random.unit() * 2 - 1) * max
  return (random) => min + random.unit() * span
}

/** A function of the record's number alone, so that a restart goes on where it stopped. */
function iterated(iteration: Readonly<Record<string, unknown>>, path: string): NumberSource {
  const start = numberAt(iteration, 'start', path)
  if (start === null) throw invalid(path, 'iteration needs a start')
  const restart = numberAt(iteration, 'restart', path)
  const step = numberAt(iteration, 'step', path) ?? (restart !== null && restart < start ? -1 : 1)
  const first = (numberAt(iteration, 'initial', path) ?? start) - start
  if (restart === null) return (_random, record) => start + first + record * step
  const span = restart - start
  if (span === 0) throw invalid(path, 'iteration never moves: restart equals start')
  if (Math.sign(span) !== Math.sign(step)) {
    throw invalid(path, `iteration never gets from ${start} to ${restart} by steps of ${step}`)
  }
  return (_random, record) => start + ((first + record * step) % span)
}
