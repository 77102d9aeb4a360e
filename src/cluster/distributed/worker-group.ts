import type { Clock } from '../../base/clock.ts'
import { ConnectError, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { GroupProtocol, Joined, JoinedMember } from '../../kafka/group-protocol.ts'
import { problemOfUrls } from './advertised-urls.ts'
import type { ClusterConfig } from './config-log.ts'
import { assignEagerly } from './eager-assignor.ts'
import {
  type AssignorState,
  assignIncrementally,
  newAssignorState,
} from './incremental-assignor.ts'
import { minus, sizeOf, taskKey, toWork, toWorkSet, union } from './work-set.ts'
import {
  type Assignment,
  assignmentError,
  decodeAssignment,
  decodeWorkerState,
  encodeAssignment,
  noWork,
  offeredProtocols,
  type ProtocolName,
  protocolVersions,
  type Work,
  type WorkerState,
} from './worker-protocol.ts'

/** Where this worker stands since the last rebalance; never changes. */
export interface GroupPlace {
  readonly generation: number
  readonly isLeader: boolean
  readonly leaderUrl: string
  readonly protocol: ProtocolName
  readonly assignment: Assignment
  /** All that it shall run, what it had before among it. */
  readonly owned: Work
  /** When all workers join again for work that waits, by `Clock.elapsed`; 0 for no such time. */
  readonly rejoinAtMs: number
}

export interface WorkerGroupOptions {
  /** Where other workers reach this one, with `/` at its end. */
  readonly url: string
  /** Of `connect.protocol`. */
  readonly preferred: ProtocolName
  /** `scheduled.rebalance.max.delay.ms` */
  readonly delayMaxMs: number
  readonly clock: Clock
  readonly logger: Logger
  /** The config topic as far as it was read. */
  snapshot(): ClusterConfig
  /** Resolves when it has stopped, and that is written to the status topic. */
  stop(work: Work): Promise<void>
}

/** What the group of workers is about: who runs which connectors and tasks. */
export class WorkerGroup implements GroupProtocol {
  readonly type = 'connect'
  readonly #options: WorkerGroupOptions
  #place: GroupPlace | null = null
  /** The config topic as this worker joined with it. */
  #joinedWith: ClusterConfig
  #assignor: AssignorState = newAssignorState
  /** Of a leader: the worker's URL by connector name and by task key. */
  #owners: ReadonlyMap<string, string> = new Map()
  /** Of a leader. */
  #waiting: Work = noWork
  /** Protocol that the log told of last. */
  #told: ProtocolName
  #urlProblem: string | null = null

  constructor(options: WorkerGroupOptions) {
    this.#options = options
    this.#joinedWith = options.snapshot()
    this.#told = options.preferred
  }

  /** null before the first rebalance, and after the group went on without this worker. */
  get place(): GroupPlace | null {
    return this.#place
  }

  /** The config topic as this worker joined with it. */
  get joinedWith(): ClusterConfig {
    return this.#joinedWith
  }

  /** Of a leader: what waits for a worker that left to come back. */
  get waiting(): Work {
    return this.#waiting
  }

  /** URL of who runs a connector or, by its key, a task; null when this worker does not know. */
  ownerOf(kind: 'connector' | 'task', key: string): string | null {
    return this.#owners.get(`${kind} ${key}`) ?? null
  }

  protocols(): readonly { readonly name: string; readonly metadata: Uint8Array }[] {
    const { url, preferred, snapshot } = this.#options
    this.#joinedWith = snapshot()
    const place = this.#place
    const owned =
      place === null ? null : { ...place.assignment, work: place.owned, revoked: noWork }
    return offeredProtocols(preferred, { url, configOffset: this.#joinedWith.offset, owned })
  }

  async assign(
    name: string,
    joined: readonly JoinedMember[],
    self: { readonly generation: number; readonly memberId: string },
  ): Promise<Map<string, Uint8Array>> {
    const protocol = name as ProtocolName
    const members = this.#readable(protocol, joined)
    this.#tellUrls([...members.values()])
    const known = Math.max(...[...members.values()].map(({ configOffset }) => configOffset))
    if (this.#joinedWith.offset < known) this.#joinedWith = this.#options.snapshot()
    const isBehind = this.#joinedWith.offset < known
    const { shares, delayMs } = isBehind
      ? { shares: new Map<string, Share>(), delayMs: 0 }
      : this.#shareOut(protocol, members, self.generation)
    if (!isBehind) this.#owners = ownersOf(members, shares)
    return new Map(
      joined.map(({ memberId }) => {
        const share = shares.get(memberId)
        const assignment: Assignment = {
          error: isBehind ? assignmentError.configMismatch : assignmentError.none,
          leader: self.memberId,
          leaderUrl: this.#options.url,
          configOffset: isBehind ? known : this.#joinedWith.offset,
          work: share?.work ?? noWork,
          revoked: share?.revoked ?? noWork,
          delayMs,
        }
        return [memberId, encodeAssignment(protocol, assignment)]
      }),
    )
  }

  async onPrepare(): Promise<void> {
    const place = this.#place
    const { preferred, stop } = this.#options
    if ((place?.protocol ?? preferred) !== 'default' || place === null) return
    // Eager: everything stops, then everything is given anew.
    this.#place = { ...place, owned: noWork }
    await stop(place.owned)
  }

  async onJoined({ generation, memberId, leaderId, ...joined }: Joined): Promise<void> {
    const { protocol, assignment: bytes } = joined
    const { clock, logger, stop } = this.#options
    const name = protocol as ProtocolName
    const assignment = readAssignment(name, bytes, leaderId)
    const before = toWorkSet(this.#place?.owned ?? noWork)
    const given = toWorkSet(assignment.work)
    const revoked = name === 'default' ? minus(before, given) : toWorkSet(assignment.revoked)
    if (sizeOf(revoked) > 0) await stop(toWork(revoked))
    const owned = toWork(union([minus(before, revoked), given]))
    const { delayMs, leader, leaderUrl } = assignment
    this.#place = {
      generation,
      isLeader: leader === memberId,
      leaderUrl,
      protocol: name,
      assignment,
      owned,
      rejoinAtMs: delayMs > 0 ? clock.elapsed() + delayMs : 0,
    }
    logger.info(describePlace(this.#place))
    this.#tellProtocol(name)
  }

  async onLost(): Promise<void> {
    const { logger, stop } = this.#options
    const place = this.#place
    if (place === null) return
    logger.warn('The group went on without this worker, which stops all it runs and joins again')
    this.#place = null
    await stop(place.owned).catch((error: unknown) => logger.error(messageOf(error), error))
  }

  /** One member that nobody understands gets no work; the others go on. */
  #readable(
    protocol: ProtocolName,
    joined: readonly JoinedMember[],
  ): ReadonlyMap<string, WorkerState> {
    const states = joined.flatMap(({ memberId, metadata }) => {
      try {
        return [[memberId, decodeWorkerState(protocol, metadata)] as const]
      } catch (error) {
        this.#options.logger.error(
          `Member ${memberId} of the group gets no work, as what it tells of itself can't be read: ${messageOf(error)}. It is no worker of Kafka Connect, or of a version that this one does not know: give it another group.id`,
        )
        return []
      }
    })
    return new Map(states)
  }

  #tellUrls(members: readonly WorkerState[]): void {
    const problem = problemOfUrls(members.map(({ url }) => url))
    if (problem !== null && problem !== this.#urlProblem) this.#options.logger.warn(problem)
    this.#urlProblem = problem
  }

  #tellProtocol(protocol: ProtocolName): void {
    const { preferred, logger } = this.#options
    if (protocol === this.#told) return
    this.#told = protocol
    if (protocolVersions[protocol] >= protocolVersions[preferred]) return
    logger.warn(
      `The group works by connect.protocol=${settingOf[protocol]}, not ${settingOf[preferred]} as set here, since one of its workers knows nothing newer or is set so: ${costOf[protocol]}`,
    )
  }

  #shareOut(
    protocol: ProtocolName,
    members: ReadonlyMap<string, WorkerState>,
    generation: number,
  ): { readonly shares: ReadonlyMap<string, Share>; readonly delayMs: number } {
    const { clock, delayMaxMs } = this.#options
    const configured = configuredWork(this.#joinedWith)
    if (protocol === 'default') {
      const eager = assignEagerly([...members.keys()], configured)
      const shares = [...eager].map(
        ([member, work]) => [member, { work, revoked: noWork }] as const,
      )
      return { shares: new Map(shares), delayMs: 0 }
    }
    const result = assignIncrementally(this.#assignor, {
      members: new Map([...members].map(([id, { owned }]) => [id, owned?.work ?? noWork])),
      configured,
      completedGeneration: this.#place?.generation ?? -1,
      generation,
      nowMs: clock.elapsed(),
      delayMaxMs,
    })
    this.#assignor = result.state
    this.#waiting = result.waiting
    return { shares: result.members, delayMs: result.delayMs }
  }
}

const settingOf = { default: 'eager', compatible: 'compatible', sessioned: 'sessioned' } as const
const unsigned = 'requests among workers are not signed'
const costOf = {
  default: `everything stops for each rebalance, and ${unsigned}`,
  compatible: unsigned,
  sessioned: '',
} as const

/** @throws ConnectError RECORD_CORRUPT that names the leader. */
function readAssignment(protocol: ProtocolName, bytes: Buffer, leaderId: string): Assignment {
  try {
    return decodeAssignment(protocol, bytes)
  } catch (cause) {
    throw new ConnectError(
      `What member ${leaderId} assigned as the leader of the group can't be read: ${messageOf(cause)}. It is no worker of Kafka Connect, or of a version that this one does not know: give it another group.id`,
      { code: 'RECORD_CORRUPT', cause },
    )
  }
}

interface Share {
  readonly work: Work
  readonly revoked: Work
}

function configuredWork({ connectors }: ClusterConfig): Work {
  return {
    connectors: [...connectors.keys()],
    tasks: [...connectors].flatMap(([connector, { tasks }]) =>
      tasks.map((_config, task) => ({ connector, task })),
    ),
  }
}

function ownersOf(
  members: ReadonlyMap<string, WorkerState>,
  shares: ReadonlyMap<string, Share>,
): ReadonlyMap<string, string> {
  const entries = [...members].flatMap(([member, { url, owned }]) => {
    const { work = noWork, revoked = noWork } = shares.get(member) ?? {}
    const had = toWorkSet(owned?.work ?? noWork)
    const { connectors, tasks } = toWork(union([minus(had, toWorkSet(revoked)), toWorkSet(work)]))
    return [
      ...connectors.map((name) => [`connector ${name}`, url] as const),
      ...tasks.map((task) => [`task ${taskKey(task)}`, url] as const),
    ]
  })
  return new Map(entries)
}

function describePlace({ generation, isLeader, leaderUrl, owned, assignment }: GroupPlace): string {
  const role = isLeader ? 'the leader' : `led by ${leaderUrl}`
  const { connectors, tasks } = owned
  const moved = assignment.revoked.connectors.length + assignment.revoked.tasks.length
  const wait =
    assignment.delayMs > 0
      ? `; work of workers that left waits ${assignment.delayMs} ms for them to come back`
      : ''
  return `Joined the group in generation ${generation}, ${role}: ${connectors.length} connectors and ${tasks.length} tasks here, ${moved} given up${wait}`
}
