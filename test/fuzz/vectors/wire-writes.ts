import type { ValueJson } from '../../acceptance/vectors/codec.ts'
import type { Random } from '../random.ts'
import type { Input } from './generate.ts'
import { base64s, doubles, integers, names, texts, topics } from './pools.ts'

/** What workers write to their group, the internal topics and the offset file. */
export const wireWrites: ReadonlyArray<(random: Random) => Input> = [
  (random) => ({ op: 'configTopic.write', writes: random.list(1, 4, () => configWrite(random)) }),
  (random) => ({ op: 'statusTopic.write', writes: random.list(1, 4, () => statusWrite(random)) }),
  (random) => ({
    op: 'offsetTopic.write',
    connector: random.pick(connectors),
    offsets: random.list(1, 3, () => offset(random, random.chance(0.05))),
  }),
  (random) => ({ op: 'offsetFile.write', offsets: [offsetOfConnector(random)] }),
  (random) => {
    const offsets = random.list(0, 20, () => offsetOfConnector(random))
    const places = [...offsets, ...random.list(0, 2, () => offsetOfConnector(random))]
    const lookups = places.filter(({ partition }) => partition !== null).map(place)
    return { op: 'offsetFile.read', offsets, ask: connectors, lookups }
  },
  (random) => ({
    op: random.pick(['group.encodeMetadata', 'group.metadataRequest']),
    protocol: random.pick(protocols),
    url: `http://${random.pick(connectors)}:8083/`,
    offset: random.pick(safeIntegers),
    assignment: random.chance(0.3) ? null : assignment(random),
  }),
  (random) => ({
    op: 'group.encodeAssignment',
    protocol: random.pick(protocols),
    assignment: assignment(random),
  }),
]

export const protocols: readonly string[] = ['default', 'compatible', 'sessioned']

const connectors = [
  'c1',
  'c-1',
  'größe',
  'a:b',
  '😀',
  'q"\\',
  ' ',
  '\u0001\u2028',
  '__proto__',
  '7',
]
const safeIntegers = integers.filter((integer) => Number.isSafeInteger(Number(integer)))
const ints = safeIntegers.filter((integer) => (Number(integer) | 0) === Number(integer)).map(Number)
const naturals = ints.filter((int) => int >= 0)
const longTexts: readonly string[] = [...texts, ...connectors, ...names, 'boom\n\tat x\u001f\u007f']
/** JavaScript's objects have keys like indices first; names with half a pair nobody has. */
const keys = longTexts.filter((name) => !/^(?:0|[1-9]\d*)$/.test(name) && name.isWellFormed())

function configWrite(random: Random): object {
  const connector = random.pick(connectors)
  return random.pick([
    { call: 'putConnectorConfig', connector, config: props(random), state: target(random) },
    { call: 'removeConnectorConfig', connector },
    { call: 'putTaskConfigs', connector, configs: random.list(0, 12, () => props(random)) },
    { call: 'putTargetState', connector, state: target(random) ?? 'STARTED' },
    { call: 'putTaskCountRecord', connector, tasks: random.pick(naturals) },
    {
      call: 'putRestartRequest',
      connector,
      onlyFailed: random.chance(0.5),
      includeTasks: random.chance(0.5),
    },
    { call: 'putLoggerLevel', logger: random.pick(longTexts), level: random.pick(longTexts) },
    {
      call: 'putSessionKey',
      keyBytes: random.pick(base64s.filter((base64) => base64 !== '')),
      algorithm: random.pick(['HmacSHA256', 'HmacSHA512', 'größe😀']),
      created: random.pick(safeIntegers),
    },
  ])
}

function target(random: Random): string | null {
  return random.pick([null, 'STARTED', 'PAUSED', 'STOPPED'])
}

function props(random: Random): object {
  return Object.fromEntries(
    random.list(0, 5, () => [
      random.pick(keys),
      random.chance(0.1) ? null : random.pick(longTexts),
    ]),
  )
}

const states = ['UNASSIGNED', 'RUNNING', 'PAUSED', 'FAILED', 'DESTROYED', 'RESTARTING', 'STOPPED']

function statusWrite(random: Random): object {
  const connector = random.pick(connectors)
  const task = random.pick(naturals)
  const topic = random.pick(topics)
  const orNull = () => (random.chance(0.4) ? null : random.pick(longTexts))
  const status = {
    connector,
    state: random.pick(states),
    worker: `${random.pick(connectors)}:8083`,
    generation: random.pick(ints),
    trace: orNull(),
    version: orNull(),
    ...(random.chance(0.2) && { safe: true }),
  }
  return random.pick([
    { call: 'connector', ...status },
    { call: 'task', task, ...status },
    { call: 'topic', connector, topic, task, discovered: random.pick(safeIntegers) },
    { call: 'deleteTopic', connector, topic },
  ])
}

function offsetOfConnector(random: Random) {
  return { connector: random.pick(connectors), ...offset(random, false) }
}

function offset(random: Random, isRefused: boolean) {
  const refused = random.pick([{ list: [] }, { struct: [], schema: { type: 'struct' } }])
  const fields = offsetMap(random, 3)
  const wrong: ValueJson = { map: [[{ string: 'p' }, refused]] }
  return {
    partition: random.chance(0.1) ? null : offsetMap(random, 2),
    offset: isRefused ? wrong : fields,
  }
}

function offsetMap(random: Random, most: number): ValueJson {
  const fields = new Set(random.list(0, most, () => random.pick(keys)))
  return { map: Array.from(fields, (name) => [{ string: name }, offsetValue(random)]) }
}

const fractions = doubles.filter((double) => !Number.isInteger(double) && double !== '-0.0')

function offsetValue(random: Random): ValueJson {
  return random.pick<ValueJson>([
    null,
    { string: random.pick(longTexts) },
    { string: random.pick(longTexts) },
    { int64: random.pick(integers) },
    { int64: random.pick(integers) },
    { boolean: random.chance(0.5) },
    { float64: random.pick(fractions) },
    { bytes: random.pick(base64s) },
  ])
}

function place({ connector, partition }: ReturnType<typeof offsetOfConnector>) {
  return { connector, partition }
}

function assignment(random: Random): object {
  const list = () => random.list(0, 4, () => random.pick(connectors))
  const tasks = () =>
    random.list(0, 5, () => [random.pick(connectors), random.pick(naturals)] as const)
  return {
    version: 1 + random.below(2),
    error: random.below(2),
    leader: random.pick(connectors),
    leaderUrl: `http://${random.pick(connectors)}:8083/`,
    offset: random.pick(safeIntegers),
    connectors: list(),
    tasks: tasks(),
    revokedConnectors: list(),
    revokedTasks: tasks(),
    delay: random.pick(naturals),
  }
}
