import { type ApacheKafka, startApacheKafka } from './apache-kafka.ts'
import { startEmbeddedBroker } from './embedded-broker.ts'

/** A Kafka broker that tests have started, whichever it is. */
export type TestBroker = ApacheKafka

export interface TestBrokerOptions {
  /** Properties under Apache Kafka's names, `name=value`, which both know. */
  readonly settings?: readonly string[]
  /** Others, for Apache Kafka alone. */
  readonly apacheSettings?: readonly string[]
  /** Port that clients are told to connect to, such as that of a proxy. */
  readonly advertisedPort?: number
}

/**
 * Starts a broker of its own: Apache Kafka in `npm run test:kafka`, else the embedded one, in a
 * process of its own and with empty data.
 */
export function startTestBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const { settings = [], apacheSettings = [], advertisedPort: port } = options
  const set = settings.flatMap((setting) => ['--set', setting])
  if (!isApacheKafka()) {
    const advertised = port === undefined ? [] : ['--advertised-port', String(port)]
    return startEmbeddedBroker([...set, ...advertised])
  }
  const advertised =
    port === undefined ? [] : [`advertised.listeners=PLAINTEXT://127.0.0.1:${port}`]
  return startApacheKafka([...settings, ...apacheSettings, ...advertised])
}

/**
 * The broker of the whole run where there is one, else one of its own. For tests that need no
 * settings of their own and don't stop it; topics there have names of other tests.
 */
export async function sharedTestBroker(): Promise<Pick<TestBroker, 'bootstrap' | 'stop'>> {
  const bootstrap = process.env['MILLRACE_TEST_BOOTSTRAP']
  return bootstrap === undefined
    ? await startTestBroker()
    : { bootstrap, stop: () => Promise.resolve() }
}

/** Which of the two it is, for what takes longer than `npm test` has time for. */
export function isApacheKafka(): boolean {
  return process.env['MILLRACE_TEST_BROKER'] === 'apache'
}
