import type { LoggerRegistry } from '../base/logger.ts'
import type { Logging } from '../base/logger-pino.ts'
import { InProcessHost } from '../runtime/in-process-host.ts'
import type { HostEvents, TaskHost } from '../runtime/task-host.ts'
import { ThreadHost } from '../runtime/threads/thread-host.ts'
import type { WorkerConfig } from '../runtime/worker-config.ts'
import type { WorkerSetup } from './worker-setup.ts'

/** Where connectors and tasks of a worker run. */
export interface TaskHosts {
  createHost(events: HostEvents): TaskHost
  /** Levels of the worker; a change also reaches the threads of its hosts. */
  readonly loggers: LoggerRegistry
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
  if (config['millrace.task.host'] === 'in-process') {
    return {
      createHost: (events) => new InProcessHost({ ...environment, events }),
      loggers: registry,
    }
  }
  const hosts: ThreadHost[] = []
  return {
    createHost(events) {
      const host = new ThreadHost({
        ...{ ...environment, events, entry, loggers: registry },
        pluginPath,
        sizeMax: config['millrace.task.threads'],
        timeoutMs: config['millrace.task.thread.timeout.ms'],
      })
      hosts.push(host)
      return host
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
