import {
  type Clock,
  type ConfigDefinition,
  type ConfigSpec,
  type Logger,
  noPluginMetrics,
  parseConfig,
  type SourceConnectorContext,
  type SourceMap,
  type SourceTask,
  type SpecValues,
} from '../../src/sdk/index.ts'

/** A logger that keeps what it is told, as `level message`. */
export function recordingLogger(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = []
  const level = (name: string) => (message: string) => {
    lines.push(`${name} ${message}`)
  }
  const log: Logger = {
    trace: level('trace'),
    debug: level('debug'),
    info: level('info'),
    warn: level('warn'),
    error: level('error'),
    named: () => log,
    within: () => log,
  }
  return { log, lines }
}

/** Time that only passes when somebody sleeps. */
export function sleeplessClock(): Clock {
  let nowMs = 1_700_000_000_000
  return {
    now: () => nowMs,
    elapsed: () => nowMs,
    async sleep(durationMs) {
      nowMs += durationMs
    },
  }
}

/** Starts a source task as a worker would; `offset` is what was committed. */
export async function startSource<S extends ConfigSpec>(
  task: SourceTask<SpecValues<S>>,
  definition: ConfigDefinition<S>,
  props: Readonly<Record<string, string>>,
  offset: SourceMap | null = null,
): Promise<string[]> {
  const { log, lines } = recordingLogger()
  await task.initialize({
    log,
    configs: async () => props,
    transactions: null,
    pluginMetrics: () => noPluginMetrics,
    offsets: {
      offset: async () => offset,
      offsets: async (partitions) => partitions.map(() => offset),
    },
  })
  await task.start(parseConfig(definition, props))
  return lines
}

export function connectorContext(props: Readonly<Record<string, string>>): SourceConnectorContext {
  return {
    props,
    log: recordingLogger().log,
    pluginMetrics: () => noPluginMetrics,
    requestTaskReconfiguration: async () => {},
    raiseError(error) {
      throw error
    },
    offsets: { offset: async () => null, offsets: async (all) => all.map(() => null) },
  }
}
