import {
  type ConfigProps,
  type ConfigValues,
  ConnectorUtils,
  defineConfig,
  nonEmptyString,
  SourceConnector,
} from 'millrace/sdk'

export const lineSourceConfig = defineConfig({
  files: {
    type: 'list',
    importance: 'high',
    doc: 'Files to read, separated by commas.',
  },
  topic: {
    type: 'string',
    validator: nonEmptyString,
    importance: 'high',
    doc: 'Topic that receives one record for each line.',
  },
})

export type LineSourceConfig = ConfigValues<typeof lineSourceConfig>

/** Sends the lines of some files to a topic; the tasks share the files among them. */
export class LineSourceConnector extends SourceConnector<LineSourceConfig> {
  #files: readonly string[] = []

  start({ files }: LineSourceConfig): void {
    this.#files = files
  }

  taskConfigs(tasksMax: number): readonly ConfigProps[] {
    const taskCount = Math.min(tasksMax, this.#files.length)
    if (taskCount === 0) return []
    return ConnectorUtils.groupPartitions(this.#files, taskCount).map((files) => ({
      ...this.context.props,
      files: files.join(','),
    }))
  }

  /** Lines are read again from any position. */
  override exactlyOnceSupport(): 'supported' {
    return 'supported'
  }
}
