import {
  type ConfigProps,
  type ConfigValues,
  defineConfig,
  defineSinkConnector,
  defineSourceConnector,
  type SinkConnector,
  SinkTask,
  SourceConnector,
  type SourceRecord,
  SourceTask,
} from '../../src/sdk/index.ts'

const config = defineConfig({
  table: { type: 'string', importance: 'high', doc: 'What to read.' },
})
type Config = ConfigValues<typeof config>

class TableSource extends SourceConnector<Config> {
  start({ table }: Config): void {
    this.context.log.info(table)
  }
  taskConfigs(tasksMax: number): readonly ConfigProps[] {
    return Array.from({ length: tasksMax }, () => this.context.props)
  }
}

class TableTask extends SourceTask<Config> {
  start(): void {}
  async poll(signal: AbortSignal): Promise<readonly SourceRecord[] | null> {
    const offset = await this.context.offsets.offset({ table: 'x' })
    return signal.aborted || offset === null ? null : []
  }
}

class OtherTask extends SourceTask<{ readonly tabel: string }> {
  start({ tabel }: { readonly tabel: string }): void {
    this.context.log.info(tabel)
  }
  poll(): null {
    return null
  }
}

const names = { class: 'org.acme.Table', taskClass: 'org.acme.TableTask', version: '1.0.0' }

export const source = defineSourceConnector({
  ...names,
  config,
  createConnector: () => new TableSource(),
  createTask: () => new TableTask(),
})

export const taskOfOtherSettings = defineSourceConnector({
  ...names,
  config,
  createConnector: () => new TableSource(),
  // @ts-expect-error the task wants settings that the definition does not have
  createTask: () => new OtherTask(),
})

export const ownTaskSettings = defineSourceConnector({
  ...names,
  config,
  taskConfig: defineConfig({ tabel: { type: 'string', importance: 'high', doc: 'Of a task.' } }),
  createConnector: () => new TableSource(),
  createTask: () => new OtherTask(),
})

// @ts-expect-error a sink has no poll
export const sink = defineSinkConnector({ ...names, config, createConnector: newSink, createTask })

function newSink(): SinkConnector<Config> {
  throw new TypeError('only its type matters')
}

function createTask(): TableTask {
  return new TableTask()
}

export class TableSink extends SinkTask<Config> {
  // @ts-expect-error start takes the settings of the definition
  start({ tabel }: Config): void {
    this.context.log.info(tabel)
  }
  put(): void {
    // @ts-expect-error a source's context has offsets, a sink's has none
    void this.context.offsets
  }
}
