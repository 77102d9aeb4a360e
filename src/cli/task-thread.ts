import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../base/clock.ts'
import { returnIdleMemory } from '../base/idle-memory.ts'
import { createKafkaClients } from '../kafka/clients.ts'
import { scanPluginPath } from '../runtime/plugin-loader.ts'
import { createPluginRegistry } from '../runtime/plugin-registry.ts'
import { runTaskThread } from '../runtime/threads/task-thread.ts'
import type { ThreadStart } from '../runtime/threads/thread-messages.ts'
import { builtinPlugins } from './builtin.ts'
import { survivePlugins } from './survive-plugins.ts'

/** Entry of the threads that run connectors and tasks. */
if (parentPort === null) throw new TypeError('only a worker starts this module, as a thread')
const start = workerData as ThreadStart
const logger = runTaskThread(parentPort, start, (log, metrics) => ({
  plugins: createPluginRegistry([...builtinPlugins, ...scanPluginPath(start.pluginPath).entries]),
  code: async (plugins) => (await import('../cluster/plugin-code.ts')).createPluginCode(plugins),
  clients: createKafkaClients({ clock: systemClock, logger: log, metrics }),
}))
survivePlugins(logger.named('org.apache.kafka.connect.runtime.Worker'))
returnIdleMemory()
