import { systemClock } from '../../src/base/clock.ts'
import {
  commitRecord,
  connectorRecord,
  taskRecords,
} from '../../src/cluster/distributed/config-records.ts'
import { createKafkaClients } from '../../src/kafka/clients.ts'
import { keyedRecord } from '../../src/kafka/keyed-record.ts'
import { silentLogger } from '../silent-logger.ts'
import type { TickConnectors } from './connectors.ts'
import { tickClass } from './plugins.ts'
import { createConnector, makeRequests } from './requests.ts'
import type { Scenario } from './scenario.ts'
import { until } from './waiting.ts'

export const CLIENTS = 4
const CLOSE_LIMIT_MS = 30_000

/** @returns Numbers of the connectors that were not created in time. */
export async function createAll(scenario: Scenario): Promise<readonly number[]> {
  const { cluster, connectors, ticks, limitMs, measured } = scenario
  const { names } = connectors
  const startedMs = Date.now()
  const { done, p50, p99, refusals } = await makeRequests({
    ...{ clients: CLIENTS, count: names.length, limitMs },
    send: (n) => createConnector(cluster.url(n), connectors.name(n), connectors.config(n)),
  })
  const isInTime = done.size === names.length && (await allSend(scenario, startedMs + limitMs))
  measured('created', isInTime ? (ticks.lastStartMs - startedMs) / 1000 : null)
  measured('createdInTime', done.size)
  measured('createP50', p50)
  measured('createP99', p99)
  measured('refusals', refusals)
  return [...names.keys()].filter((n) => !done.has(n))
}

/** Until each connector has sent something from one of the workers. */
export function allSend(
  { cluster, connectors, ticks }: Pick<Scenario, 'cluster' | 'connectors' | 'ticks'>,
  deadlineMs: number,
): Promise<boolean> {
  const { pids } = cluster
  const count = connectors.names.length
  return until(() => ticks.runningOn(pids) >= count, deadlineMs - Date.now())
}

/** Writes connectors with their tasks to the config topic, as a worker would; none may run. */
export async function writeConnectors(
  bootstrap: string,
  topic: string,
  connectors: TickConnectors,
  numbers: readonly number[],
): Promise<void> {
  const clients = createKafkaClients({ clock: systemClock, logger: silentLogger })
  const producer = clients.producer({ 'bootstrap.servers': bootstrap }, silentLogger)
  await producer.prepare(topic)
  const batches = numbers.flatMap((n) => {
    const name = connectors.name(n)
    const config = { ...connectors.config(n), name }
    const tasks = [{ ...config, 'task.class': `${tickClass}$TickTask` }]
    const records = [
      connectorRecord(name, config),
      ...taskRecords(name, tasks),
      commitRecord(name, tasks.length),
    ]
    return records.map(({ key, value }) =>
      producer.append(
        keyedRecord(topic, { key: Buffer.from(key), value: Buffer.from(value ?? '') }),
      ),
    )
  })
  await Promise.all(batches.map(({ acked }) => acked))
  await producer.close(CLOSE_LIMIT_MS)
}
