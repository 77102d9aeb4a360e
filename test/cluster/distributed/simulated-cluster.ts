import { messageOf, RetriableError } from '../../../src/base/errors.ts'
import type { SessionKey } from '../../../src/cluster/distributed/config-records.ts'
import { DistributedHerder } from '../../../src/cluster/distributed/distributed-herder.ts'
import type { ExactlyOnceSupport } from '../../../src/cluster/distributed/distributed-settings.ts'
import { signatureHeaders } from '../../../src/cluster/distributed/session-keys.ts'
import type { ProtocolName } from '../../../src/cluster/distributed/worker-protocol.ts'
import { ForwardError, type RequestSignature } from '../../../src/cluster/herder.ts'
import { createPluginCode } from '../../../src/cluster/plugin-code.ts'
import type { Admin } from '../../../src/kafka/client.ts'
import { FakeClock, settle } from '../../helpers/fake-clock.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'
import type { FakeHost } from '../fake-host.ts'
import { registry, validator } from '../fixture.ts'
import { MemoryGroup, type MemoryMembership } from './memory-group.ts'
import { MemoryTopic } from './memory-log.ts'
import { MemoryProducers } from './memory-producers.ts'
import { SimulatedHost } from './simulated-host.ts'

export interface SimulatedWorker {
  readonly id: string
  readonly herder: DistributedHerder
  readonly host: FakeHost
  readonly membership: MemoryMembership
  isDead: boolean
  wasFrozen: boolean
}

const sessionKeys = {
  ttlMs: 3_600_000,
  keyAlgorithm: 'HmacSHA256',
  keyBytes: 32,
  signatureAlgorithm: 'HmacSHA256',
  verificationAlgorithms: ['HmacSHA256'],
}

/** Whole workers on topics, a group and a clock in memory; connectors have as many tasks as told. */
export class SimulatedCluster {
  readonly clock = new FakeClock()
  readonly workers: SimulatedWorker[] = []
  readonly tasksOf = new Map<string, number>()
  /** Starts of what another worker still ran, which nobody had ever frozen. */
  readonly overlaps: string[] = []
  readonly topics = {
    config: new MemoryTopic(),
    status: new MemoryTopic(),
    offsets: new MemoryTopic(),
  }
  readonly producers = new MemoryProducers()
  readonly #group = new MemoryGroup()
  readonly #exactlyOnce: ExactlyOnceSupport
  readonly #delayMaxMs: number

  constructor(delayMaxMs: number, exactlyOnce: ExactlyOnceSupport = 'disabled') {
    this.#delayMaxMs = delayMaxMs
    this.#exactlyOnce = exactlyOnce
  }

  get live(): readonly SimulatedWorker[] {
    return this.workers.filter(({ isDead }) => !isDead)
  }

  async join(protocol: ProtocolName = 'sessioned'): Promise<SimulatedWorker> {
    const id = `worker-${this.workers.length + 1}`
    const isCut = () => parts.worker?.isDead === true
    const parts: { host?: FakeHost; membership?: MemoryMembership; worker?: SimulatedWorker } = {}
    const configLog = this.topics.config.open(isCut)
    const herder = new DistributedHerder({
      workerId: id,
      url: `http://${id}/`,
      clock: this.clock,
      logger: silentLogger,
      loggers: { list: () => new Map(), get: () => null, setLevel: () => [] },
      plugins: registry,
      code: createPluginCode(registry),
      validator,
      logs: {
        config: configLog,
        configWriter:
          this.#exactlyOnce === 'disabled' ? null : this.producers.writer(configLog, isCut),
        status: this.topics.status.open(isCut),
        offsets: this.topics.offsets.open(isCut),
        describeGroups: async () => [],
      },
      layerOffsets: (shared) => shared,
      settings: {
        groupId: 'simulated',
        exactlyOnce: this.#exactlyOnce,
        protocol,
        delayMaxMs: this.#delayMaxMs,
        syncTimeoutMs: 3000,
        rebalanceTimeoutMs: 60_000,
        unsyncBackoffMs: 1000,
        sessionKeys,
      },
      tracksTopics: true,
      rebalanceWaitMs: 10_000,
      sinkGroups: {
        groupId: (name) => `connect-${name}`,
        admin: () => this.#admin(isCut),
      },
      resolve: async (props) => ({ props, ttlMs: null }),
      hide: (text) => text,
      createHost: (events) => {
        const { tasksOf, producers } = this
        const onStart = (part: string) => this.#noteStart(id, part)
        parts.host = new SimulatedHost({ events, tasksOf, producers, onStart })
        return parts.host
      },
      joinGroup: (protocol, notify) => {
        parts.membership = this.#group.join(protocol, notify)
        return parts.membership
      },
      askWorker: () => Promise.reject(new Error('there are no other clusters')),
      leaderClient: {
        putTasks: (url, name, tasks, signing) =>
          this.#at(url).putTaskConfigs(name, tasks, signatureOf(JSON.stringify(tasks), signing)),
        fenceZombies: (url, name, signing) =>
          isCut() ? new Promise(() => {}) : this.#fence(url, name, signatureOf('', signing)),
      },
      onFatal(error) {
        throw error
      },
    })
    const { host, membership } = parts
    if (host === undefined || membership === undefined) throw new TypeError('a worker has both')
    const worker = { id, herder, host, membership, isDead: false, wasFrozen: false }
    parts.worker = worker
    this.workers.push(worker)
    await herder.start()
    return worker
  }

  /** The process is gone; the group notices. */
  kill(worker: SimulatedWorker): void {
    worker.isDead = true
    worker.membership.isFrozen = true
    worker.membership.expire()
  }

  async leave(worker: SimulatedWorker): Promise<void> {
    const closed = worker.herder.close()
    await this.quiet()
    await closed
    worker.isDead = true
  }

  /** Asks a worker, and then the one that it names, as the REST API does. */
  async ask<T>(
    asked: SimulatedWorker,
    call: (herder: DistributedHerder) => Promise<T>,
  ): Promise<T> {
    try {
      return await call(asked.herder)
    } catch (error) {
      if (!(error instanceof ForwardError)) throw error
      return await call(this.#at(error.url))
    }
  }

  /** The worker stands still; the group goes on without it. */
  freeze(worker: SimulatedWorker): void {
    worker.wasFrozen = true
    worker.membership.isFrozen = true
    worker.membership.expire()
  }

  wake(worker: SimulatedWorker): void {
    worker.membership.isFrozen = false
    worker.membership.notify()
  }

  /** Lets all that waits for no time happen. */
  async quiet(): Promise<void> {
    for (let round = 0; round < 8; round++) await settle()
  }

  /** Lets time pass until nothing waits for it any more. */
  async settle(): Promise<void> {
    for (let steps = 0; steps < 12; steps++) {
      await this.clock.advance(60_000)
      await this.quiet()
    }
  }

  /** What live workers run that they should not, or nobody runs; and statuses that are not true. */
  problems(names: readonly string[]): readonly string[] {
    const [first] = this.live
    if (first === undefined) return []
    return [
      ...names.flatMap((name) => this.#problemsOf(first, name)),
      ...this.live.flatMap(({ id, herder }) =>
        herder.connectors().join() === first.herder.connectors().join()
          ? []
          : `${id} knows other connectors`,
      ),
    ]
  }

  #problemsOf(asked: SimulatedWorker, name: string): readonly string[] {
    const { herder } = asked
    const isThere = herder.connectors().includes(name)
    const tasks = isThere ? herder.tasks(name) : []
    const wanted = isThere ? [name, ...tasks.map(({ id }) => `${name}-${id.task}`)] : []
    const running = this.live.flatMap(({ id, host }) => [
      ...(host.connectors.has(name) ? [`${name}@${id}`] : []),
      ...[...host.tasks.keys()]
        .filter((key) => key.startsWith(`${name}-`))
        .map((key) => `${key}@${id}`),
    ])
    const told = statesOf(asked, name)
    return [
      ...wanted.filter(
        (part) => running.filter((each) => each.startsWith(`${part}@`)).length !== 1,
      ),
      ...(running.length === wanted.length ? [] : [`${name}: ${wanted} shall run, ${running} do`]),
      ...(told.toSorted().join() === running.toSorted().join()
        ? []
        : [`${name}: ${running} run, and ${told} are told`]),
      ...(isThere ? this.#oldTasks(asked, name) : []),
    ]
  }

  /** Tasks that run with another configuration than the newest; a paused connector makes none. */
  #oldTasks({ herder }: SimulatedWorker, name: string): readonly string[] {
    if (herder.status(name).connector.state !== 'RUNNING') return []
    const { changed } = herder.connector(name).config
    return this.live.flatMap(({ host }) =>
      herder.tasks(name).flatMap(({ id, config }) => {
        const key = `${name}-${id.task}`
        const { connectorProps, taskProps } = host.tasks.get(key) ?? {}
        const isNew =
          connectorProps === undefined ||
          (connectorProps['changed'] === changed && taskProps?.['task'] === config?.['task'])
        return isNew ? [] : `${key} runs with an old configuration`
      }),
    )
  }

  #noteStart(at: string, part: string): void {
    for (const { id, host, wasFrozen } of this.live) {
      const runs = host.tasks.has(part) || host.connectors.has(part)
      if (id !== at && !wasFrozen && runs)
        this.overlaps.push(`${part} started at ${at} and ran at ${id}`)
    }
  }

  async #fence(url: string, name: string, signature: RequestSignature | null): Promise<void> {
    try {
      await this.#at(url).fenceZombies(name, signature)
    } catch (error) {
      throw new RetriableError(messageOf(error), { cause: error })
    }
  }

  /** A client that fences producers, and has no other use here. */
  #admin(isCut: () => boolean): Admin {
    return {
      fenceProducers: async (ids: readonly string[]) => {
        if (isCut()) await new Promise(() => {})
        for (const id of ids) this.producers.open(id)
      },
      close: async () => {},
    } as Partial<Admin> as Admin
  }

  #at(url: string | null): DistributedHerder {
    const worker = this.live.find(({ id }) => `http://${id}/` === url)
    if (worker === undefined) throw new Error(`nobody answers at ${url}`)
    return worker.herder
  }
}

function signatureOf(
  text: string,
  signing: { readonly key: SessionKey; readonly algorithm: string } | null,
): RequestSignature | null {
  if (signing === null) return null
  const { key, algorithm } = signing
  const body = Buffer.from(text)
  const { 'X-Connect-Authorization': mac = '' } = signatureHeaders(body, key, algorithm)
  return { algorithm, mac: Buffer.from(mac, 'base64'), body }
}

/** What runs or is paused, and where, as statuses tell it; others are told with their state. */
function statesOf({ herder }: SimulatedWorker, name: string): readonly string[] {
  try {
    const { connector, tasks } = herder.status(name)
    return [
      `${name}@${connector.workerId}${told(connector.state)}`,
      ...tasks.map((task) => `${name}-${task.id}@${task.workerId}${told(task.state)}`),
    ]
  } catch {
    return []
  }
}

function told(state: string): string {
  return state === 'RUNNING' || state === 'PAUSED' ? '' : ` ${state}`
}
