import type { LoggerRegistry } from '../base/logger.ts'
import type { Logging } from '../base/logger-pino.ts'
import { createPluginCode, type PluginCode } from '../cluster/plugin-code.ts'
import { threadedPluginCode } from '../cluster/threaded-plugin-code.ts'
import { addProcessMetrics } from '../metrics/process-metrics.ts'
import type { GroupReading } from '../metrics/registry.ts'
import { type NamedConnector, WorkerMetrics } from '../metrics/worker-metrics.ts'
import { InProcessHost } from '../runtime/in-process-host.ts'
import { type IsRestarting, meteredHost } from '../runtime/metered-host.ts'
import type { PluginRegistry } from '../runtime/plugins.ts'
import type { HostEvents, TaskHost } from '../runtime/task-host.ts'
import { ThreadHost } from '../runtime/threads/thread-host.ts'
import type { WorkerConfig } from '../runtime/worker-config.ts'
import type { WorkerSetup } from './worker-setup.ts'

/** Where connectors and tasks of a worker run. */
export interface TaskHosts {
  createHost(events: HostEvents, isRestarting: IsRestarting): TaskHost
  /** Runs where the hosts run connectors and tasks. */
  readonly code: PluginCode
  /** As `ThreadHost.held`. */
  held(): readonly string[]
  /** Levels of the worker; a change also reaches the threads of its hosts. */
  readonly loggers: LoggerRegistry
  /** Metrics of the worker and of all that its hosts run. */
  metrics(): Promise<readonly GroupReading[]>
}

interface HostSettings {
  readonly 'millrace.task.host': string
  readonly 'millrace.task.threads': number
  readonly 'millrace.task.thread.timeout.ms': number
}

/** The module that threads run; in `dist` beside the chunks that this one may be in. */
const entry = import.meta.url.endsWith('.ts')
  ? new URL('./task-thread.ts', import.meta.url)
  : new URL(
      import.meta.url.includes('/chunks/') ? '../task-thread.js' : './task-thread.js',
      import.meta.url,
    )

export function taskHosts(
  {
    config,
    environment,
    pluginPath,
  }: Pick<WorkerSetup<WorkerConfig & HostSettings>, 'config' | 'environment' | 'pluginPath'>,
  { registry }: Logging,
): TaskHosts {
  const { metrics, plugins } = environment
  const workerMetrics = new WorkerMetrics(metrics, (name) => connectorNamed(plugins, name))
  const hosts: ThreadHost[] = []
  addProcessMetrics(metrics, () => hosts.reduce((sum, { threadCount }) => sum + threadCount, 0))
  if (config['millrace.task.host'] === 'in-process') {
    return {
      createHost: (given, isRestarting) =>
        meteredHost(
          workerMetrics,
          isRestarting,
          given,
          (events) => new InProcessHost({ ...environment, events }),
        ),
      code: createPluginCode(plugins),
      held: () => [],
      loggers: registry,
      metrics: async () => metrics.read(),
    }
  }
  return {
    createHost: (given, isRestarting) =>
      meteredHost(workerMetrics, isRestarting, given, (events) => {
        const host = new ThreadHost({
          ...{ ...environment, events, entry, loggers: registry },
          pluginPath,
          sizeMax: config['millrace.task.threads'],
          timeoutMs: config['millrace.task.thread.timeout.ms'],
        })
        hosts.push(host)
        return host
      }),
    held: () => hosts.flatMap((host) => host.held),
    code: threadedPluginCode(plugins, (call) => {
      const [host] = hosts
      if (host === undefined) throw new TypeError('plug-ins are asked before there is a host')
      return host.runCode(call)
    }),
    async metrics() {
      const inThreads = await Promise.all(hosts.map((host) => host.metrics()))
      return [...metrics.read(), ...inThreads.flat()]
    },
    loggers: {
      ...registry,
      setLevel(namespace, level) {
        const changed = registry.setLevel(namespace, level)
        for (const host of hosts) host.setLogLevel(namespace, level)
        return changed
      },
    },
  }
}

/** Told by the list of plug-ins: nothing is loaded for it. */
function connectorNamed(plugins: PluginRegistry, name: string): NamedConnector | null {
  for (const { kind, class: className, version } of plugins.entries(name)) {
    if (kind === 'source' || kind === 'sink') return { kind, class: className, version }
  }
  return null
}
