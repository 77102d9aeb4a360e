import { ConnectError, messageOf } from '../../../src/base/errors.ts'
import {
  type Assignment,
  decodeAssignment,
  decodeWorkerState,
  encodeAssignment,
  encodeWorkerState,
  offeredProtocols,
  type ProtocolName,
  protocolVersions,
  type Work,
} from '../../../src/cluster/distributed/worker-protocol.ts'
import type { Operation } from './case.ts'
import type { Outcome } from './compare.ts'

interface AssignmentJson {
  readonly version?: number
  readonly error: number
  readonly leader: string
  readonly leaderUrl: string
  readonly offset: string
  readonly connectors: readonly string[]
  readonly tasks: readonly TaskJson[]
  readonly revokedConnectors?: readonly string[]
  readonly revokedTasks?: readonly TaskJson[]
  readonly delay?: number
}

type TaskJson = readonly [connector: string, task: number]

interface StateCase {
  readonly protocol: ProtocolName
  readonly url: string | null
  readonly offset: string
  readonly assignment?: AssignmentJson | null
}

interface BytesCase {
  readonly protocol: ProtocolName
  readonly bytes: string
}

export const wireOperations: Readonly<Record<string, Operation>> = {
  'group.encodeMetadata': ({ protocol, url, ...state }: StateCase) => {
    if (url === null) return noUrl
    return { bytes: encodeWorkerState(protocol, workerState({ url, ...state })).toString('base64') }
  },
  'group.metadataRequest': ({ protocol, ...state }: StateCase) => ({
    protocols: offeredProtocols(protocol, workerState(state)).map(({ name, metadata }) => ({
      name,
      bytes: metadata.toString('base64'),
    })),
  }),
  'group.decodeMetadata': ({ protocol, bytes }: BytesCase) =>
    described(() => {
      const { url, configOffset, owned } = decodeWorkerState(protocol, fromBase64(bytes))
      const state = { url, offset: integerText(configOffset) }
      if (protocol === 'default') return state
      if (owned === null) return { ...state, assignment: neverAssigned }
      return { ...state, assignment: toJson(protocol, protocolVersions[protocol], owned) }
    }),
  'group.encodeAssignment': ({
    protocol,
    assignment,
  }: {
    protocol: ProtocolName
    assignment: AssignmentJson
  }) => ({
    bytes: encodeAssignment(protocol, fromJson(assignment)).toString('base64'),
  }),
  'group.decodeAssignment': ({ protocol, bytes }: BytesCase) =>
    described(() => {
      const given = fromBase64(bytes)
      const assignment = decodeAssignment(protocol, given)
      return { assignment: toJson(protocol, given.readInt16BE(), assignment) }
    }),
}

/** No worker of ours is without one: the compiler sees to it. */
const noUrl: Outcome = {
  error: {
    class: 'org.apache.kafka.common.protocol.types.SchemaException',
    message:
      "Error computing size for field 'url': Missing value for field 'url' which has no default value.",
  },
}

const neverAssigned = {
  version: 1,
  error: 0,
  leader: null,
  leaderUrl: null,
  offset: '-1',
  connectors: [],
  tasks: [],
  revokedConnectors: [],
  revokedTasks: [],
  delay: 0,
}

function workerState({ url, offset, assignment = null }: Omit<StateCase, 'protocol'>) {
  return {
    url: url ?? '',
    configOffset: Number(offset),
    owned: assignment === null ? null : fromJson(assignment),
  }
}

function fromJson(json: AssignmentJson): Assignment {
  return {
    error: json.error,
    leader: json.leader,
    leaderUrl: json.leaderUrl,
    configOffset: Number(json.offset),
    work: workOf(json.connectors, json.tasks),
    revoked: workOf(json.revokedConnectors ?? [], json.revokedTasks ?? []),
    delayMs: json.delay ?? 0,
  }
}

function workOf(connectors: readonly string[], tasks: readonly TaskJson[]): Work {
  return { connectors, tasks: tasks.map(([connector, task]) => ({ connector, task })) }
}

function toJson(protocol: ProtocolName, version: number, assignment: Assignment): AssignmentJson {
  const { error, leader, leaderUrl, work, revoked, delayMs } = assignment
  const tasks = ({ tasks: of }: Work) => of.map(({ connector, task }) => [connector, task] as const)
  const eager = {
    error,
    leader,
    leaderUrl,
    offset: integerText(assignment.configOffset),
    connectors: work.connectors,
    tasks: tasks(work),
  }
  if (protocol === 'default') return eager
  return {
    version,
    ...eager,
    revokedConnectors: revoked.connectors,
    revokedTasks: tasks(revoked),
    delay: delayMs,
  }
}

function integerText(value: number): string {
  return value >= 2 ** 63 ? '9223372036854775807' : String(value)
}

/** The reference has an exception of its own for these bytes, and names Java's for their end. */
function described(decode: () => Outcome): Outcome {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof ConnectError && error.code === 'RECORD_CORRUPT')) throw error
    const message = messageOf(error)
      .replace('The data ends in the middle of a field.', 'java.nio.BufferUnderflowException')
      .replace(/^Error reading field 'version': (?=Unsupported)/, '')
    return { error: { class: 'org.apache.kafka.common.protocol.types.SchemaException', message } }
  }
}

function fromBase64(text: string): Buffer {
  return Buffer.from(text, 'base64')
}
