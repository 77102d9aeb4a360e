import {
  type ConfigProps,
  type ConfigValues,
  ConnectError,
  defineConfig,
  nonEmptyString,
  parseConfig,
  SourceConnector,
  type SourceMap,
} from '../../sdk/index.ts'

/** Settings of the file source. Names and defaults are those of Apache Kafka Connect. */
export const fileSourceConfig = defineConfig({
  file: {
    type: 'string',
    default: null,
    importance: 'high',
    doc: 'File to read. Standard input when absent.',
  },
  topic: {
    type: 'string',
    validator: nonEmptyString,
    importance: 'high',
    doc: 'Topic that receives one record for each line.',
  },
  'batch.size': {
    type: 'int',
    default: 2000,
    importance: 'low',
    doc: 'Most records that one poll returns.',
  },
})

export type FileSourceConfig = ConfigValues<typeof fileSourceConfig>

/** Sends the lines of one file, or of standard input, to a topic; always one task. */
export class FileSourceConnector extends SourceConnector<FileSourceConfig> {
  start(config: FileSourceConfig): void {
    this.context.log.info(`Reading from ${config.file || 'standard input'}`)
  }

  taskConfigs(): readonly ConfigProps[] {
    return [this.context.props]
  }

  override exactlyOnceSupport(config: FileSourceConfig): 'supported' | 'unsupported' {
    return config.file ? 'supported' : 'unsupported'
  }

  override alterOffsets(
    props: ConfigProps,
    offsets: ReadonlyArray<readonly [SourceMap | null, SourceMap | null]>,
  ): boolean {
    if (!parseConfig(fileSourceConfig, props).file) {
      throw refused(
        "Offsets cannot be modified if the 'file' configuration is unspecified. " +
          'This is because stdin is used for input and offsets are not tracked.',
      )
    }
    for (const [partition, offset] of offsets) {
      if (offset !== null) checkOffset(partition, offset)
    }
    return true
  }
}

function checkOffset(partition: SourceMap | null, offset: SourceMap): void {
  const position = offset['position']
  if (position === undefined) {
    throw refused("Offset objects should either be null or contain the key 'position'")
  }
  if (!isLong(position)) {
    throw refused("The value for the 'position' key in the offset is expected to be a Long value")
  }
  if (position < 0) {
    throw refused("The value for the 'position' key in the offset should be a non-negative value")
  }
  if (partition === null) throw refused('Partition objects cannot be null')
  if (!('filename' in partition)) {
    throw refused("Partition objects should contain the key 'filename'")
  }
}

/** Whether a value of an offset is what the reference calls a Long. */
export function isLong(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value)
}

function refused(message: string): ConnectError {
  return new ConnectError(message, { code: 'CONNECT_FAILED' })
}
