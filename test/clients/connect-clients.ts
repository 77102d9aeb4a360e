import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fetchKafka, kafkaHome } from '../helpers/apache-kafka.ts'
import { type Client, cache, command } from './client.ts'

const plugins = join(cache, 'connect-plugins')
const program = (name: string) => [process.execPath, join(import.meta.dirname, 'node', name)]
const needs = ['java', 'javac', 'jar', 'mvn']

/** A plug-in for `plugin.path` with a source that can do exactly once. */
async function makeNumberSource(): Promise<void> {
  fetchKafka()
  const classes = join(plugins, 'classes')
  const services = join(classes, 'META-INF/services')
  mkdirSync(services, { recursive: true })
  writeFileSync(join(services, 'org.apache.kafka.connect.source.SourceConnector'), 'NumberSource\n')
  const source = join(import.meta.dirname, 'connect/NumberSource.java')
  await command('javac', ['-nowarn', '-cp', join(kafkaHome, 'lib/*'), '-d', classes, source])
  mkdirSync(join(plugins, 'numbers'), { recursive: true })
  await command('jar', ['cf', join(plugins, 'numbers/numbers.jar'), '-C', classes, '.'])
}

/** The reference itself as a client of the broker. */
export const connectClients: readonly Client[] = [
  {
    name: 'Apache Kafka Connect 4.3.1, distributed',
    needs,
    install: makeNumberSource,
    command: program('connect-distributed.ts'),
    env: { MILLRACE_TEST_PLUGINS: plugins },
  },
  {
    name: 'Apache Kafka Connect 4.3.1, standalone',
    needs,
    install: async () => fetchKafka(),
    command: program('connect-standalone.ts'),
  },
]
