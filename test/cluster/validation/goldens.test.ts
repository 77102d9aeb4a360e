import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import { createLogLevels } from '../../../src/base/logger-levels.ts'
import { builtinPlugins } from '../../../src/cli/builtin.ts'
import { createPluginCode, type PluginCode } from '../../../src/cluster/plugin-code.ts'
import { threadedPluginCode } from '../../../src/cluster/threaded-plugin-code.ts'
import { createConnectorValidator } from '../../../src/cluster/validation/connector-validator.ts'
import { type RestServer, startRestServer } from '../../../src/rest/server.ts'
import { createOverridePolicy } from '../../../src/runtime/config/override-policy.ts'
import { createPluginRegistry } from '../../../src/runtime/plugin-registry.ts'
import type { PluginRegistry } from '../../../src/runtime/plugins.ts'
import { parseStandaloneConfig } from '../../../src/runtime/worker-config.ts'
import { replayGolden, standaloneGoldens } from '../../acceptance/rest/goldens.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'
import { startThreadHost } from '../../runtime/threads/fixture.ts'
import { startHerder } from '../fixture.ts'

const json = 'org.apache.kafka.connect.json.JsonConverter'
const worker = parseStandaloneConfig({
  'bootstrap.servers': 'localhost:9092',
  listeners: 'http://127.0.0.1:0',
  'key.converter': json,
  'value.converter': json,
  'offset.storage.file.filename': 'unused',
})

/** Goldens that need nothing but plug-ins and their settings. */
const goldens = standaloneGoldens.filter((file) =>
  /^(validate-.*|create-errors|plugins)\.json$/.test(basename(file)),
)

/** Steps that differ, with the reason. */
const waiting: Readonly<Record<string, RegExp>> = {
  // List the mirror connectors, which Millrace does not have yet.
  plugins: /^(connectors|connectors only true|flag not a boolean|with slash|all kinds)$/,
}

interface Place {
  readonly plugins: PluginRegistry
  readonly code: PluginCode
  close(): Promise<void>
}

function inThisThread(): Place {
  const plugins = createPluginRegistry(builtinPlugins)
  return { plugins, code: createPluginCode(plugins), async close() {} }
}

/** As if all plug-ins but the worker's own came by `plugin.path`: here none of them is loaded. */
function inThreads(): Place {
  const plugins = createPluginRegistry(
    builtinPlugins.map((entry) => {
      if (entry.kind === 'connector_client_config_override_policy') return entry
      return { ...entry, location: '/plugins', load: () => assert.fail('loaded here') }
    }),
  )
  const host = startThreadHost({
    entry: new URL('../../../src/cli/task-thread.ts', import.meta.url),
  })
  const code = threadedPluginCode(plugins, (call) => host.runCode(call))
  return { plugins, code, close: () => host.close() }
}

async function serve({ plugins, code }: Place): Promise<RestServer> {
  const overrides = await createOverridePolicy(plugins, {})
  const validator = createConnectorValidator({ code, worker, overrides })
  const { herder } = startHerder({ plugins, code, validator })
  const server = await startRestServer(worker, silentLogger, { props: {}, plugins })
  server.serve({
    herder,
    plugins,
    loggers: createLogLevels('INFO', systemClock),
    version: '0.1.0',
    metrics: async () => [],
    commit: 'abc',
    kafkaClusterId: 'cluster',
    tracksTopics: true,
    allowsTopicReset: true,
  })
  return server
}

for (const [where, start] of Object.entries({ inThisThread, inThreads })) {
  suite(`validation ${where}`, () => {
    let place: Place
    let server: RestServer
    before(async () => {
      place = start()
      server = await serve(place)
    })
    after(async () => {
      await server.close()
      await place.close()
    })

    for (const golden of goldens) {
      const scenario = basename(golden, '.json')
      test(`${scenario}: answers are those of Apache Kafka Connect, without any Kafka`, async () => {
        const results = await replayGolden(server.urls[0] ?? '', golden)
        const checked = results.filter(({ name }) => waiting[scenario]?.test(stepOf(name)) !== true)
        assert.ok(checked.length > 0)
        assert.deepEqual(
          checked.flatMap(({ name, ok, differences }) =>
            ok ? [] : `${stepOf(name)}: ${differences.join('; ')}`,
          ),
          [],
        )
      })
    }
  })
}

function stepOf(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}
