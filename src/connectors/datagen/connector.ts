import {
  type ConfigProps,
  type ConfigReport,
  messageOf,
  parseConfig,
  SourceConnector,
  withError,
} from '../../sdk/index.ts'
import { type DatagenConfig, datagenConfig, recordGeneratorOf } from './config.ts'

/** Makes records of a schema, for demos, tests and load; each task its own. */
export class DatagenConnector extends SourceConnector<DatagenConfig> {
  start(config: DatagenConfig): void {
    recordGeneratorOf(config)
  }

  taskConfigs(tasksMax: number): readonly ConfigProps[] {
    return Array.from({ length: tasksMax }, (_, task) => ({
      ...this.context.props,
      'task.id': String(task),
    }))
  }

  override exactlyOnceSupport(): 'supported' {
    return 'supported'
  }

  override validate(props: ConfigProps, report: ConfigReport): ConfigReport {
    if (report.values.some(({ errors }) => errors.length > 0)) return report
    try {
      recordGeneratorOf(parseConfig(datagenConfig, props))
      return report
    } catch (error) {
      const message = messageOf(error)
      const key = Object.keys(datagenConfig.keys).find((name) => message.startsWith(`${name}:`))
      return withError(report, key ?? 'schema.string', message)
    }
  }
}
