import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { fetchKafka, kafkaHome } from '../helpers/apache-kafka.ts'
import { type Client, cache, command } from './client.ts'

/** For programs that end before it pays to optimize them. */
const shortRun = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
const sources = join(import.meta.dirname, 'java')

/** `kafka-clients` of one version; the checks are compiled against it. */
function javaClient(version: string, jars: string, fetch: () => Promise<void>): Client {
  const classes = join(cache, `java-${version}/classes`)
  return {
    name: `Java kafka-clients ${version}`,
    needs: ['java', 'javac', 'mvn'],
    command: ['java', ...shortRun, '-cp', `${classes}:${jars}/*`, 'Clients'],
    async install() {
      await fetch()
      const files = globSync('*.java', { cwd: sources }).map((file) => join(sources, file))
      const options = ['-nowarn', '-encoding', 'UTF-8', '-cp', `${jars}/*`, '-d', classes]
      await command('javac', [...options, ...files])
    },
  }
}

async function fetchFromMaven(version: string, jars: string): Promise<void> {
  if (existsSync(join(jars, `kafka-clients-${version}.jar`))) return
  await command('mvn', [
    ...['-q', '-B', '-f', join(sources, 'pom.xml'), `-Dkafka.version=${version}`],
    ...['dependency:copy-dependencies', `-DoutputDirectory=${jars}`],
  ])
}

const NEWEST = '4.4.0'
const newestJars = join(cache, `java-${NEWEST}/lib`)

/** The version of the reference, and the newest. */
export const javaClients: readonly Client[] = [
  javaClient('4.3.1', join(kafkaHome, 'lib'), async () => fetchKafka()),
  javaClient(NEWEST, newestJars, () => fetchFromMaven(NEWEST, newestJars)),
]
