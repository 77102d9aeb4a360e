import { type ApacheKafka, startApacheKafka } from './apache-kafka.ts'
import { startEmbeddedBroker } from './embedded-broker.ts'

/** A Kafka broker that tests have started, whichever it is. */
export type TestBroker = ApacheKafka

/**
 * Starts a broker with settings of its own: Apache Kafka in `npm run test:kafka`, else the embedded
 * one, each in a process of its own and with empty data.
 * @param settings Broker properties, `name=value`.
 */
export function startTestBroker(settings: readonly string[] = []): Promise<TestBroker> {
  return isApacheKafka() ? startApacheKafka(settings) : startEmbeddedBroker(settings)
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

/** Which broker tests use, for the few that differ. */
export function isApacheKafka(): boolean {
  return process.env['MILLRACE_TEST_BROKER'] === 'apache'
}
