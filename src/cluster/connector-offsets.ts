import { ConnectError } from '../base/errors.ts'
import type { ConfigProps } from '../config/props.ts'
import type { Resolve } from '../config/variables.ts'
import { Float64 } from '../data/numbers.ts'
import type { SourceMap, SourcePrimitive } from '../data/record.ts'
import type { Admin } from '../kafka/client.ts'
import type { SourceOffset, SourceOffsetStore } from '../runtime/offsets/offset-store.ts'
import type { ConnectorState } from './config-state.ts'
import type { ConnectorOffset, OffsetChange, OffsetFields, OffsetJson } from './herder.ts'
import { withoutNulls } from './operations.ts'
import type { PluginCode } from './plugin-code.ts'
import type { Turn } from './request-queue.ts'
import { readSinkChanges, type SinkOffsetChange, toOffsetFields } from './sink-offsets.ts'

/** Consumer groups of sink connectors. */
export interface SinkGroups {
  /** Group of a connector with these resolved properties. */
  groupId(connector: string, props: Readonly<Record<string, string>>): string
  /** A client of its own, closed by the caller. */
  admin(connector: string, props: Readonly<Record<string, string>>): Admin
}

export interface OffsetDependencies {
  readonly code: PluginCode
  readonly sourceOffsets: SourceOffsetStore
  readonly sinkGroups: SinkGroups
  readonly resolve: Resolve
}

type Verb = 'alter' | 'reset'

/** Offsets of connectors as users see and change them. */
export class ConnectorOffsets {
  readonly #deps: OffsetDependencies

  constructor(deps: OffsetDependencies) {
    this.#deps = deps
  }

  async read(name: string, { config, type }: ConnectorState): Promise<readonly ConnectorOffset[]> {
    if (type === 'source') return this.#sourceOffsets(name)
    try {
      return await this.#withGroup(name, config, async (admin, group) =>
        (await admin.groupOffsets(group)).map(toOffsetFields),
      )
    } catch (cause) {
      throw failed(`Failed to retrieve consumer group offsets for sink connector ${name}`, cause)
    }
  }

  async alter(
    turn: Turn,
    name: string,
    state: ConnectorState,
    changes: readonly OffsetChange[],
  ): Promise<string> {
    if (state.type === 'sink') return this.#changeSink(turn, name, state, readSinkChanges(changes))
    const offsets = lastOfEach(
      changes.map(({ partition, offset }) => [primitives(partition), primitives(offset)]),
    )
    return this.#changeSource(turn, name, state, 'alter', offsets)
  }

  async reset(turn: Turn, name: string, state: ConnectorState): Promise<string> {
    if (state.type === 'sink') return this.#changeSink(turn, name, state, null)
    const partitions = await this.#deps.sourceOffsets.partitions(name)
    const offsets = partitions.map((partition): SourceOffset => [partition, null])
    return this.#changeSource(turn, name, state, 'reset', offsets)
  }

  async #sourceOffsets(name: string): Promise<readonly ConnectorOffset[]> {
    const { sourceOffsets } = this.#deps
    try {
      const partitions = await sourceOffsets.partitions(name)
      const offsets = await sourceOffsets.read(name, partitions)
      return partitions.map((partition, index) => ({ partition, offset: offsets[index] ?? null }))
    } catch (cause) {
      throw failed(`Failed to retrieve offsets for source connector ${name}`, cause)
    }
  }

  async #changeSource(
    turn: Turn,
    name: string,
    { config }: ConnectorState,
    verb: Verb,
    offsets: readonly SourceOffset[],
  ): Promise<string> {
    const { props } = await this.#deps.resolve(config)
    return turn.plugin(modifying(name), async () => {
      const handled = await this.#deps.code.alterSourceOffsets(props, offsets)
      const known = await this.#deps.sourceOffsets.partitions(name)
      await this.#deps.sourceOffsets.write(
        name,
        offsets.map(([partition, offset]) => [asStored(partition, known), offset]),
      )
      return done(verb, handled)
    })
  }

  /** @param asked null to remove all. */
  async #changeSink(
    turn: Turn,
    name: string,
    { config }: ConnectorState,
    asked: readonly SinkOffsetChange[] | null,
  ): Promise<string> {
    const verb = asked === null ? 'reset' : 'alter'
    const { props } = await this.#deps.resolve(config)
    return turn.plugin(modifying(name), () =>
      this.#withGroup(name, config, async (admin, group) => {
        const changes =
          asked ?? (await admin.groupOffsets(group)).map((entry) => ({ ...entry, offset: null }))
        const handled = await this.#deps.code.alterSinkOffsets(props, changes)
        await writeGroup(admin, name, group, verb, changes)
        return done(verb, handled)
      }),
    )
  }

  async #withGroup<T>(
    name: string,
    config: ConfigProps,
    use: (admin: Admin, group: string) => Promise<T>,
  ): Promise<T> {
    const { sinkGroups, resolve } = this.#deps
    const props = withoutNulls((await resolve(config)).props)
    const admin = sinkGroups.admin(name, props)
    try {
      return await use(admin, sinkGroups.groupId(name, props))
    } finally {
      await admin.close()
    }
  }
}

async function writeGroup(
  admin: Admin,
  name: string,
  group: string,
  verb: Verb,
  changes: readonly SinkOffsetChange[],
): Promise<void> {
  if (changes.some(({ offset }) => offset !== null && offset < 0)) {
    throw failed(`Failed to modify offsets for sink connector ${name}`)
  }
  const removed = changes.filter(({ offset }) => offset === null)
  const set = changes.flatMap((change) =>
    change.offset === null ? [] : [{ ...change, offset: change.offset }],
  )
  try {
    if (verb === 'reset') await admin.deleteGroup(group)
    else {
      if (set.length > 0) await admin.alterGroupOffsets(group, set)
      if (removed.length > 0) await admin.deleteGroupOffsets(group, removed)
    }
  } catch (cause) {
    throw groupFailure(name, verb, cause)
  }
}

function groupFailure(name: string, verb: Verb, cause: unknown): ConnectError {
  if (!(cause instanceof ConnectError && cause.code === 'KAFKA_GROUP_NOT_EMPTY')) {
    const kind = verb === 'reset' ? 'sink connector' : 'connector'
    return failed(`Failed to ${verb} consumer group offsets for ${kind} ${name}`, cause)
  }
  return failed(
    `Failed to ${verb} consumer group offsets for connector ${name} either because its tasks haven't stopped completely yet or the connector was resumed before the request to ${verb} its offsets could be successfully completed. If the connector is in a stopped state, this operation can be safely retried. If it doesn't eventually succeed, the Connect cluster may need to be restarted to get rid of the zombie sink tasks.`,
    cause,
  )
}

function modifying(name: string): string {
  return `modifying offsets for connector ${name}`
}

function done(verb: Verb, handled: boolean): string {
  const past = verb === 'alter' ? 'altered' : 'reset'
  if (handled) return `The offsets for this connector have been ${past} successfully`
  return `The Connect framework-managed offsets for this connector have been ${past} successfully. However, if this connector manages offsets externally, they will need to be manually ${past} in the system that the connector uses.`
}

/** @throws ConnectError DATA_INVALID for nested values, which no offset can hold. */
function primitives(fields: OffsetFields | null): SourceMap | null {
  if (fields === null) return null
  const entries = Object.entries(fields).map(([field, value]) => [field, primitive(field, value)])
  return Object.fromEntries(entries)
}

function primitive(field: string, value: OffsetJson): SourcePrimitive {
  if (value instanceof Float64) return value.value
  const kind = notPrimitive(value)
  if (kind === null) return value as SourcePrimitive
  throw new ConnectError(
    `Offsets may only contain primitive types as values, but field ${field} contains ${kind}`,
    { code: 'DATA_INVALID' },
  )
}

function notPrimitive(value: OffsetJson): string | null {
  if (Array.isArray(value)) return 'ARRAY'
  if (typeof value === 'object' && value !== null) return 'MAP'
  const isLong = typeof value !== 'bigint' || BigInt.asIntN(64, value) === value
  return isLong ? null : 'class java.math.BigInteger'
}

/** Of several changes to one partition the last one counts. */
function lastOfEach(offsets: readonly SourceOffset[]): readonly SourceOffset[] {
  const byPartition = offsets.map((each) => [partitionId(each[0]), each] as const)
  return [...new Map(byPartition).values()]
}

function partitionId(partition: SourceMap | null): string {
  const fields = Object.entries(partition ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(fields.map(([key, value]) => [key, typeof value, String(value)]))
}

/** The stored form of a partition: fields in another order would make another key. */
function asStored(partition: SourceMap | null, known: readonly SourceMap[]): SourceMap | null {
  if (partition === null) return null
  const fields = Object.entries(partition)
  const same = known.find(
    (stored) =>
      Object.keys(stored).length === fields.length &&
      fields.every(([key, value]) => Object.hasOwn(stored, key) && stored[key] === value),
  )
  return same ?? partition
}

function failed(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, { code: 'CONNECT_FAILED', cause })
}
