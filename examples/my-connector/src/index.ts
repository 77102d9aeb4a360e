import { defineSourceConnector } from 'millrace/sdk'
import { LineSourceConnector, lineSourceConfig } from './connector.ts'
import { LineSourceTask } from './task.ts'

export { upperCase } from './upper-case.ts'

export const lineSource = defineSourceConnector({
  class: 'com.example.LineSourceConnector',
  taskClass: 'com.example.LineSourceTask',
  version: '1.0.0',
  config: lineSourceConfig,
  createConnector: () => new LineSourceConnector(),
  createTask: () => new LineSourceTask(),
})
