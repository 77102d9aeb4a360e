import { defineSourceConnector, millraceVersion } from '../../sdk/index.ts'
import { datagenConfig, datagenTaskConfig } from './config.ts'
import { DatagenConnector } from './connector.ts'
import { DatagenTask } from './task.ts'

export const datagen = defineSourceConnector({
  class: 'io.confluent.kafka.connect.datagen.DatagenConnector',
  taskClass: 'io.confluent.kafka.connect.datagen.DatagenTask',
  version: millraceVersion,
  config: datagenConfig,
  taskConfig: datagenTaskConfig,
  createConnector: () => new DatagenConnector(),
  createTask: () => new DatagenTask(),
})
