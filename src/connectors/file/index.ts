import { connectVersion, defineSinkConnector, defineSourceConnector } from '../../sdk/index.ts'
import { FileSinkConnector, fileSinkConfig } from './sink-connector.ts'
import { FileSinkTask } from './sink-task.ts'
import { FileSourceConnector, fileSourceConfig } from './source-connector.ts'
import { FileSourceTask } from './source-task.ts'

export const fileStreamSource = defineSourceConnector({
  class: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
  taskClass: 'org.apache.kafka.connect.file.FileStreamSourceTask',
  version: connectVersion,
  config: fileSourceConfig,
  createConnector: () => new FileSourceConnector(),
  createTask: () => new FileSourceTask(),
})

export const fileStreamSink = defineSinkConnector({
  class: 'org.apache.kafka.connect.file.FileStreamSinkConnector',
  taskClass: 'org.apache.kafka.connect.file.FileStreamSinkTask',
  version: connectVersion,
  config: fileSinkConfig,
  createConnector: () => new FileSinkConnector(),
  createTask: () => new FileSinkTask(),
})
