import { messageOf } from '../../base/errors.ts'
import { hashOrder } from '../../base/java-hash-order.ts'
import { Cursor, corrupt } from '../../protocol/cursor.ts'
import { Writer } from '../../protocol/writer.ts'
import type { TaskId } from '../../runtime/task-host.ts'

/** Connectors and tasks that run somewhere, or shall. */
export interface Work {
  readonly connectors: readonly string[]
  readonly tasks: readonly TaskId[]
}

export const noWork: Work = { connectors: [], tasks: [] }

/** What the leader gives one worker. */
export interface Assignment {
  readonly error: number
  /** Member id of the leader. */
  readonly leader: string
  readonly leaderUrl: string
  /** Offset up to which the config topic has to be read before any work starts. */
  readonly configOffset: number
  /** Eager: all of it; else what comes new. */
  readonly work: Work
  readonly revoked: Work
  /** After this time every worker joins again; 0 for no such time. */
  readonly delayMs: number
}

/** What a worker tells the leader when it joins. */
export interface WorkerState {
  readonly url: string
  readonly configOffset: number
  /** All that it runs; null as long as it was never assigned anything. */
  readonly owned: Assignment | null
}

/** Sub-protocols, by their name in the group; a version is what the bytes begin with. */
export const protocolVersions = { default: 0, compatible: 1, sessioned: 2 } as const
export type ProtocolName = keyof typeof protocolVersions

export function isProtocolName(name: string): name is ProtocolName {
  return Object.hasOwn(protocolVersions, name)
}

export const assignmentError = { none: 0, configMismatch: 1 } as const

/** Stands in the list of a connector's tasks for the connector itself. */
const CONNECTOR_TASK = -1

/** What a worker offers when it joins, the preferred way first. */
export function offeredProtocols(
  preferred: ProtocolName,
  state: WorkerState,
): ReadonlyArray<{ readonly name: ProtocolName; readonly metadata: Buffer }> {
  const names = Object.keys(protocolVersions) as ProtocolName[]
  return names
    .slice(0, protocolVersions[preferred] + 1)
    .reverse()
    .map((name) => ({ name, metadata: encodeWorkerState(name, state) }))
}

export function encodeWorkerState(protocol: ProtocolName, state: WorkerState): Buffer {
  const writer = new Writer()
  writer.writeInt16(protocolVersions[protocol])
  writeText(writer, state.url)
  writer.writeInt64(state.configOffset)
  if (protocol === 'default') return writer.toBuffer()
  if (state.owned === null) {
    writer.writeInt32(-1)
    return writer.toBuffer()
  }
  const owned = encodeAssignment(protocol, state.owned)
  writer.writeInt32(owned.length)
  writer.writeBytes(owned)
  return writer.toBuffer()
}

/** @throws ConnectError RECORD_CORRUPT that names the field. */
export function decodeWorkerState(protocol: ProtocolName, bytes: Buffer): WorkerState {
  const reader = new Reader(bytes)
  const url = reader.field('url', readText)
  const configOffset = reader.field('config-offset', (cursor) => cursor.readInt64())
  if (protocol === 'default' || reader.isAtEnd) return { url, configOffset, owned: null }
  const owned = reader.field('allocation', (cursor) => {
    const size = cursor.readInt32()
    return size < 0 ? null : cursor.take(checkedSize('bytes of size', size, cursor))
  })
  return { url, configOffset, owned: owned === null ? null : decodeAssignment(protocol, owned) }
}

export function encodeAssignment(protocol: ProtocolName, assignment: Assignment): Buffer {
  const writer = new Writer()
  writer.writeInt16(protocolVersions[protocol])
  writer.writeInt16(assignment.error)
  writeText(writer, assignment.leader)
  writeText(writer, assignment.leaderUrl)
  writer.writeInt64(assignment.configOffset)
  writeWork(writer, withConnectorsOrdered(assignment.work))
  if (protocol === 'default') return writer.toBuffer()
  writeWork(writer, assignment.revoked)
  writer.writeInt32(assignment.delayMs)
  return writer.toBuffer()
}

/**
 * Fields that an older version does not have are taken as empty, later ones left unread.
 * @throws ConnectError RECORD_CORRUPT that names the field.
 */
export function decodeAssignment(protocol: ProtocolName, bytes: Buffer): Assignment {
  const isEager = protocol === 'default'
  const reader = new Reader(bytes, !isEager)
  const readListed = (cursor: Cursor) => readWork(cursor, !isEager)
  return {
    error: reader.field('error', (cursor) => cursor.readInt16()),
    leader: reader.field('leader', readText),
    leaderUrl: reader.field('leader-url', readText),
    configOffset: reader.field('config-offset', (cursor) => cursor.readInt64()),
    work: reader.isAtEnd ? noWork : reader.field('assignment', readListed),
    revoked: isEager || reader.isAtEnd ? noWork : reader.field('revoked', readListed),
    delayMs: isEager || reader.isAtEnd ? 0 : reader.field('delay', (cursor) => cursor.readInt32()),
  }
}

class Reader {
  readonly #cursor: Cursor
  readonly #mayLackFields: boolean

  constructor(bytes: Buffer, mayLackFields = false) {
    this.#cursor = new Cursor(bytes)
    this.#mayLackFields = mayLackFields
    const version = readField('version', this.#cursor, (cursor) => cursor.readInt16())
    if (version < 0) throw corrupt(`Unsupported subscription version: ${version}`)
  }

  get isAtEnd(): boolean {
    return this.#cursor.remaining === 0
  }

  field<T>(name: string, read: (cursor: Cursor) => T): T {
    return readField(name, this.#cursor, (cursor) => {
      if (this.#mayLackFields && this.isAtEnd) {
        throw corrupt(`Missing value for field '${name}' which has no default value.`)
      }
      return read(cursor)
    })
  }
}

function readField<T>(name: string, cursor: Cursor, read: (cursor: Cursor) => T): T {
  try {
    return read(cursor)
  } catch (cause) {
    throw corrupt(`Error reading field '${name}': ${messageOf(cause)}`, cause)
  }
}

function readText(cursor: Cursor): string {
  const size = cursor.readInt16()
  if (size < 0) throw corrupt(`String length ${size} cannot be negative`)
  return cursor.readUtf8(checkedSize('string of length', size, cursor))
}

function readWork(cursor: Cursor, mayBeNull: boolean): Work {
  const connectors: string[] = []
  const tasks: TaskId[] = []
  for (let left = readCount(cursor, mayBeNull); left > 0; left--) {
    const connector = readField('connector', cursor, readText)
    readField('tasks', cursor, () => {
      for (let more = readCount(cursor, false); more > 0; more--) {
        const task = cursor.readInt32()
        if (task === CONNECTOR_TASK) connectors.push(connector)
        else tasks.push({ connector, task })
      }
    })
  }
  return { connectors, tasks }
}

/** Negative for a list that is null. */
function readCount(cursor: Cursor, mayBeNull: boolean): number {
  const count = cursor.readInt32()
  if (count < 0 && !mayBeNull) throw corrupt(`Array size ${count} cannot be negative`)
  return checkedSize('array of size', count, cursor)
}

function checkedSize(what: string, size: number, { remaining }: Cursor): number {
  if (size <= remaining) return size
  throw corrupt(`Error reading ${what} ${size}, only ${remaining} bytes available`)
}

/** The reference writes them as a hash set has them, which it made for so many. */
function withConnectorsOrdered({ connectors, tasks }: Work): Work {
  const buckets = 2 ** Math.ceil(Math.log2(Math.max(16, Math.floor(connectors.length / 0.75) + 1)))
  return { connectors: hashOrder(connectors, (connector) => connector, buckets), tasks }
}

function writeWork(writer: Writer, { connectors, tasks }: Work): void {
  const byName = new Map<string, number[]>()
  for (const name of connectors) byName.set(name, [CONNECTOR_TASK])
  for (const { connector, task } of tasks) {
    const known = byName.get(connector)
    if (known === undefined) byName.set(connector, [task])
    else known.push(task)
  }
  writer.writeInt32(byName.size)
  for (const [name, numbers] of byName) {
    writeText(writer, name)
    writer.writeInt32(numbers.length)
    for (const number of numbers) writer.writeInt32(number)
  }
}

function writeText(writer: Writer, text: string): void {
  const sizeBytes = Buffer.byteLength(text)
  writer.writeInt16(sizeBytes)
  writer.writeUtf8(text, sizeBytes)
}
