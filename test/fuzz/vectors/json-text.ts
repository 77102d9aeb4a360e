import type { Random } from '../random.ts'
import { doubles, integers, jsonTokens, names, texts } from './pools.ts'

/** JSON, nearly always well-formed, with numbers as nobody writes them. */
export function jsonText(random: Random, depth = 3): string {
  const choice = random.below(depth > 0 ? 14 : 9)
  if (choice < 5) return numberText(random)
  if (choice < 7) return JSON.stringify(random.pick(texts))
  if (choice < 8) return random.pick(['null', 'true', 'false'])
  if (choice < 9) return random.pick(jsonTokens)
  const gap = random.pick(['', '', ' ', '\n\t'])
  if (choice < 11)
    return `[${gap}${random.list(0, 3, () => jsonText(random, depth - 1)).join(`${gap},`)}]`
  const entries = random.list(0, 3, () => {
    return `${JSON.stringify(random.pick(names))}${gap}:${jsonText(random, depth - 1)}`
  })
  if (choice < 13) return `{${entries.join(`,${gap}`)}${gap}}`
  return `{"schema":${schemaText(random, depth)},"payload":${jsonText(random, depth - 1)}}`
}

const schemaTypes = [
  ...['int8', 'int16', 'int32', 'int64', 'float', 'double', 'boolean', 'string', 'bytes'],
]

function schemaText(random: Random, depth: number): string {
  const optional = random.pick([',"optional":true', '', ',"optional":false', ',"optional":1'])
  const given = random.chance(0.2) ? `,"default":${jsonText(random, 0)}` : ''
  const more =
    optional + given + random.pick(['', '', '', ',"name":"n","version":1', ',"version":1.5'])
  const choice = random.below(depth > 0 ? 13 : 9)
  if (choice < 7) return `{"type":"${random.pick(schemaTypes)}"${more}}`
  if (choice < 9) {
    const name = random.pick(['Date', 'Time', 'Timestamp', 'Decimal'])
    const type = { Decimal: 'bytes', Timestamp: 'int64' }[name] ?? 'int32'
    const scale = name === 'Decimal' ? ',"parameters":{"scale":"2"}' : ''
    return `{"type":"${type}","name":"org.apache.kafka.connect.data.${name}"${scale}${optional}${given}}`
  }
  if (choice < 10) return `{"type":"array","items":${schemaText(random, depth - 1)}${more}}`
  if (choice < 11) {
    const keys = schemaText(random, 0)
    return `{"type":"map","keys":${keys},"values":${schemaText(random, depth - 1)}${more}}`
  }
  const fields = random.list(0, 3, (index) => {
    return `${schemaText(random, depth - 1).slice(0, -1)},"field":"${'abc'[index]}"}`
  })
  return `{"type":"struct","fields":[${fields.join()}]${more}}`
}

export function numberText(random: Random): string {
  const digits = () =>
    random.list(1, random.pick([1, 3, 9, 19, 25]), () => random.below(10)).join('')
  if (random.chance(0.2)) return random.pick(integers)
  if (random.chance(0.2)) return String(random.pick(doubles))
  const sign = random.pick(['', '', '-'])
  const fraction = random.chance(0.5) ? `.${digits()}` : ''
  const exponent = random.chance(0.3)
    ? `${random.pick(['e', 'E', 'e+', 'e-'])}${random.below(40)}`
    : ''
  return sign + digits() + fraction + exponent
}
