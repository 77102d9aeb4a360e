import {
  type ConfigProps,
  type ConfigValues,
  defineConfig,
  SinkConnector,
} from '../../sdk/index.ts'

/** Settings of the file sink. Names and defaults are those of Apache Kafka Connect. */
export const fileSinkConfig = defineConfig({
  file: {
    type: 'string',
    default: null,
    importance: 'high',
    doc: 'File that lines are appended to. Standard output when absent.',
  },
})

export type FileSinkConfig = ConfigValues<typeof fileSinkConfig>

/** Appends the values of records to a file, a line each. */
export class FileSinkConnector extends SinkConnector<FileSinkConfig> {
  start(): void {}

  taskConfigs(tasksMax: number): readonly ConfigProps[] {
    return Array.from({ length: tasksMax }, () => this.context.props)
  }

  /** Any offset will do: a file knows nothing of offsets. */
  override alterOffsets(): boolean {
    return true
  }
}
