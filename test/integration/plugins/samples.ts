import {
  atLeast,
  BYTES_SCHEMA,
  type ConfigProps,
  type ConfigReport,
  type ConfigValues,
  defineConfig,
  defineSourceConnector,
  nonEmptyString,
  oneOf,
  type Recommender,
  SourceConnector,
  SourceRecord,
  SourceTask,
  systemClock,
  withError,
} from 'millrace/sdk'

/** Suggests values, and shows the setting only while `encoding` is one of `shownFor`. */
function suggest(values: readonly unknown[], ...shownFor: readonly string[]): Recommender {
  return {
    validValues: () => values,
    visible: (_name, parsed) => shownFor.includes(String(parsed['encoding'])),
  }
}

const config = defineConfig({
  topic: {
    type: 'string',
    importance: 'high',
    validator: nonEmptyString,
    group: 'Target',
    order: 1,
    width: 'medium',
    displayName: 'Topic',
    doc: 'Topic that gets the samples.',
  },
  encoding: {
    type: 'string',
    default: 'base64',
    importance: 'medium',
    validator: oneOf('base64', 'hex'),
    group: 'Samples',
    order: 1,
    width: 'short',
    displayName: 'Encoding',
    dependents: ['samples', 'hex.case'],
    doc: 'How samples are written.',
  },
  samples: {
    type: 'list',
    importance: 'high',
    group: 'Samples',
    order: 2,
    width: 'long',
    displayName: 'Samples',
    recommender: suggest(['AA==', '/w=='], 'base64', 'hex'),
    doc: 'Bytes of one record each.',
  },
  'hex.case': {
    type: 'string',
    default: 'lower',
    importance: 'low',
    group: 'Samples',
    order: 3,
    recommender: suggest(['lower', 'upper'], 'hex'),
    doc: 'Case of the digits.',
  },
  'most.bytes': { type: 'int', default: 100, importance: 'low', validator: atLeast(1), doc: '' },
  'first.id': { type: 'long', default: 0, importance: 'low', doc: '' },
  port: { type: 'short', default: 80, importance: 'low', doc: '' },
  share: { type: 'double', default: 0.5, importance: 'low', doc: '' },
  strict: { type: 'boolean', default: false, importance: 'low', doc: '' },
  key: { type: 'password', default: null, importance: 'low', doc: '' },
  codec: { type: 'class', default: null, importance: 'low', doc: '' },
})

type SamplesConfig = ConfigValues<typeof config>

class SamplesConnector extends SourceConnector<SamplesConfig> {
  start(): void {}

  taskConfigs(): readonly ConfigProps[] {
    return [this.context.props]
  }

  /** What takes more than one setting to know. */
  override validate(props: ConfigProps, report: ConfigReport): ConfigReport {
    const most = report.values.find(({ name }) => name === 'most.bytes')?.value
    const samples = props['samples']?.split(',') ?? []
    const encoding = props['encoding'] === 'hex' ? 'hex' : 'base64'
    return samples.reduce<ConfigReport>((sofar, sample) => {
      const size = Buffer.from(sample, encoding).length
      if (typeof most !== 'number' || size <= most) return sofar
      return withError(sofar, 'samples', `${sample} has ${size} bytes, most.bytes allows ${most}`)
    }, report)
  }
}

class SamplesTask extends SourceTask<SamplesConfig> {
  #rest: SourceRecord[] = []

  start({ topic, samples, encoding }: SamplesConfig): void {
    this.#rest = samples.map((sample, index) => {
      const value = Buffer.from(sample, encoding === 'hex' ? 'hex' : 'base64')
      const source = { sourcePartition: { samples: 'all' }, sourceOffset: { index } }
      return new SourceRecord({ topic, valueSchema: BYTES_SCHEMA, value, ...source })
    })
  }

  async poll(signal: AbortSignal): Promise<readonly SourceRecord[] | null> {
    const records = this.#rest.splice(0)
    if (records.length === 0) await systemClock.sleep(500, signal)
    return records
  }
}

export const samplesSource = defineSourceConnector({
  class: 'org.acme.SamplesConnector',
  taskClass: 'org.acme.SamplesTask',
  version: '1.0.0',
  config,
  createConnector: () => new SamplesConnector(),
  createTask: () => new SamplesTask(),
})
