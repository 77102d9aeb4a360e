import type { VectorCase } from '../../acceptance/vectors/case.ts'
import type { Random } from '../random.ts'
import type { Input } from './generate.ts'
import { mutatedBytes, mutatedText } from './mutate.ts'
import { protocols, wireWrites } from './wire-writes.ts'

interface LogRecord {
  readonly key: string
  readonly value: string | null
}

interface WireCase extends VectorCase {
  readonly bytes?: string
  readonly protocol?: string
  readonly records?: readonly LogRecord[]
}

/** What is read: with changes, of shown cases. What is written is made from nothing. */
const reads = [
  ...['group.decodeMetadata', 'group.decodeAssignment', 'offsetFile.read'],
  ...['configTopic.read', 'statusTopic.read', 'offsetTopic.read'],
]

/** Cases of groups, internal topics and offset files: every other one is read, the rest written. */
export function wireInputs(shown: readonly WireCase[], count: number, random: Random): Input[] {
  const cases = shown.filter(({ op }) => reads.includes(op))
  return Array.from({ length: count }, (_, index): Input => {
    const input = index % 2 === 0 ? read(cases, random) : random.pick(wireWrites)(random)
    return { ...input, id: `wire ${index}` }
  })
}

function read(cases: readonly WireCase[], random: Random): Input {
  const { expect: _expect, ...input } = random.pick(cases)
  const { bytes } = input
  if (bytes !== undefined) {
    const changed = random.chance(0.7) ? mutatedBytes(bytes, random) : bytes
    return { ...input, bytes: changed, protocol: random.pick(protocols) }
  }
  const others = cases.flatMap(({ op, records }) => (op === input.op ? (records ?? []) : []))
  let records = input.records ?? []
  for (let change = random.below(5); change >= 0; change--) {
    records = mutatedRecords(records, others, random)
  }
  return { ...input, records, startedAfter: random.below(records.length + 1) }
}

function mutatedRecords(
  records: readonly LogRecord[],
  others: readonly LogRecord[],
  random: Random,
): readonly LogRecord[] {
  const at = random.below(records.length + 1)
  const [before, record, after] = [records.slice(0, at), records[at], records.slice(at + 1)]
  if (record === undefined || random.chance(0.4)) {
    return [...before, random.pick(others), ...records.slice(at)]
  }
  return [...before, ...mutatedRecord(record, others, random), ...after]
}

function mutatedRecord(
  record: LogRecord,
  others: readonly LogRecord[],
  random: Random,
): readonly LogRecord[] {
  switch (random.below(5)) {
    case 0:
      return []
    case 1:
      return [record, { ...record, value: random.pick(others).value }]
    case 2:
      return [{ ...record, value: null }]
    case 3:
      return [{ ...record, key: mutatedText(record.key, random) }]
    default:
      return [{ ...record, value: mutatedJson(record.value ?? '', random) }]
  }
}

const otherTexts = ['', ' ', 'bad json', '{', '[]', '{}', '5', '"x"', 'true', 'null']
const otherScalars = [null, 5, -1, 0, 'x', '5', '', true, undefined]
const otherObjects = [null, 5, 'x', [], {}, undefined]

/** Well-formed as before, or nothing like JSON: the reference reads some forms in between. */
function mutatedJson(text: string, random: Random): string {
  const names = [...text.matchAll(/"(\w+)":/g)].flatMap(([, name]) => name ?? [])
  // Keys that are no base64, and states of no worker, nobody writes.
  const places = names.filter((name) => name !== 'key' && name !== 'worker_id')
  if (places.length === 0 || random.chance(0.2)) return random.pick(otherTexts)
  const changed = random.pick(places)
  const others = changed === 'properties' || changed === 'topic' ? otherObjects : otherScalars
  try {
    return JSON.stringify(JSON.parse(text), (key: string, value: unknown) =>
      key === changed ? random.pick<unknown>(others) : value,
    )
  } catch {
    return text
  }
}
