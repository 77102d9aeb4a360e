import type { RecordJson } from '../../acceptance/vectors/record-codec.ts'
import type { Random } from '../random.ts'
import { pathsIn } from './mutate-record.ts'

/** A path of `field.syntax.version=V2` into a value, quoted or not, or something like it. */
export function fieldPath({ valueSchema, value }: RecordJson, random: Random): string {
  const paths = pathsIn(valueSchema, value)
  const path = paths.length === 0 ? random.pick(oddPaths) : random.pick(paths)
  const steps = path.split('.')
  const at = random.below(steps.length)
  switch (random.below(6)) {
    case 0:
      return random.pick(oddPaths)
    case 1:
      return `${path}.${random.pick(['x', '', 'a.b', '`q`'])}`
    case 2:
      return steps.map((step) => `\`${step}\``).join('.')
    case 3:
      return steps
        .with(at, `\`${steps.slice(at).join('.')}\``)
        .slice(0, at + 1)
        .join('.')
    case 4:
      return path.slice(0, at) + random.pick(['`', '.', '\\', '\\`', '..']) + path.slice(at)
    default:
      return path
  }
}

const oddPaths = [
  '',
  '.',
  '..',
  '`',
  '``',
  '```',
  '`a',
  'a`',
  '`a`b',
  '`a`.',
  '`a\\`.b`',
  '\\`a',
  '`\\`',
]
