import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eventually } from '../helpers/eventually.ts'
import { installPlugin } from '../helpers/plugin-folder.ts'
import { replaceFile } from '../helpers/replace-file.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const TIMEOUT_MS = 60_000
const SECRET = `\${vault:db:password}`

const plugins = [
  { kind: 'configprovider', class: 'org.acme.VaultConfigProvider' },
  {
    kind: 'connector_client_config_override_policy',
    class: 'org.acme.CompressionOnlyConnectorClientConfigOverridePolicy',
  },
  { kind: 'source', class: 'org.acme.SecretSource' },
]

type Mode = 'standalone' | 'distributed'

/** A worker whose connectors get their secrets from a file that can change. */
class SecretWorker {
  readonly folder = temporaryFolder()
  readonly secrets = join(this.folder.path, 'secrets.json')
  readonly #worker: Promise<Worker>

  constructor(bootstrap: string, mode: Mode) {
    this.putSecret('first-secret')
    const { path } = this.folder
    this.#worker = startWorker({
      bootstrap,
      folder: path,
      ...(mode === 'distributed' && { cluster: `secrets-${randomUUID().slice(0, 8)}` }),
      settings: {
        'plugin.path': installPlugin(path, 'test/integration/plugins/vault.ts', plugins),
        'config.providers': 'env,vault',
        'config.providers.env.class': 'EnvVarConfigProvider',
        'config.providers.vault.class': 'org.acme.VaultConfigProvider',
        'config.providers.vault.param.file': this.secrets,
        'connector.client.config.override.policy': 'CompressionOnly',
      },
    })
  }

  /** Secrets live for a second. The file changes at once, as it may be read at any time. */
  putSecret(password: string): void {
    replaceFile(this.secrets, JSON.stringify({ db: { ttlMs: 1000, values: { password } } }))
  }

  async rest(method: string, path: string, body?: unknown) {
    return (await this.#worker).rest(method, path, body)
  }

  async create(name: string, props: Readonly<Record<string, string>> = {}): Promise<void> {
    const { status } = await this.rest('PUT', `/connectors/${name}/config`, {
      'connector.class': 'SecretSource',
      'tasks.max': '2',
      log: join(this.folder.path, name),
      secret: SECRET,
      ...props,
    })
    assert.equal(status, 201)
  }

  /** A line for each task that has started, with its login and its secret. */
  starts(name: string): readonly string[] {
    return readFileSync(join(this.folder.path, name), 'utf8').split('\n')
  }

  hasStarted(name: string, secret: string): Promise<void> {
    return eventually(`${name} has ${secret}`, TIMEOUT_MS, () => {
      const starts = this.starts(name)
      return starts.includes(`direct ${secret}`) && starts.includes(`me/${secret} ${secret}`)
    })
  }

  async tasks(name: string): Promise<ReadonlyArray<{ state: string; trace?: string }>> {
    const { body } = await this.rest('GET', `/connectors/${name}/status`)
    return body['tasks']
  }

  reach(name: string, state: string): Promise<void> {
    return eventually(`tasks of ${name} are ${state}`, TIMEOUT_MS, async () =>
      (await this.tasks(name)).every((task) => task.state === state),
    )
  }

  async output(): Promise<string> {
    return (await this.#worker).output()
  }

  async stop(): Promise<number | null> {
    return (await this.#worker).stop()
  }
}

let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
before(async () => {
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

for (const mode of ['standalone', 'distributed'] as const) {
  describe(`a ${mode} worker`, () => {
    let worker: SecretWorker
    before(() => {
      worker = new SecretWorker(kafka.bootstrap, mode)
    })
    after(async () => {
      await worker.stop()
      worker.folder.remove()
    })

    test('a new secret reaches the tasks when the former one has expired', () => reloads(worker))
    test('a provider that fails stops nothing, and is asked again', () => goesOn(worker))
    test('REST, statuses and logs show the variable in place of the secret', () => hides(worker))
    test('a policy from plugin.path rules client settings', () => rules(worker))
    test('providers are closed when the worker stops', async () => {
      assert.equal(await worker.stop(), 143)
      assert.equal(readFileSync(`${worker.secrets}.log`, 'utf8'), 'closed\n')
    })
  })
}

async function reloads(worker: SecretWorker): Promise<void> {
  await worker.create('reloads')
  // The stored configuration of its task stays the same.
  await worker.create('single', { 'tasks.max': '1' })
  await worker.create('stays', { 'config.action.reload': 'none' })
  await worker.hasStarted('reloads', 'first-secret')
  await worker.hasStarted('stays', 'first-secret')
  for (const secret of ['second-secret', 'third-secret']) {
    worker.putSecret(secret)
    await worker.hasStarted('reloads', secret)
    await worker.reach('reloads', 'RUNNING')
  }
  await eventually('the single task has the newest', TIMEOUT_MS, () =>
    worker.starts('single').includes('direct third-secret'),
  )
  assert.ok(!worker.starts('stays').join().includes('second-secret'))
}

async function goesOn(worker: SecretWorker): Promise<void> {
  writeFileSync(worker.secrets, '{')
  const problem = /have expired, and there are no new ones: Config provider vault has no values/
  await eventually('the failure is told', TIMEOUT_MS, async () =>
    problem.test(await worker.output()),
  )
  await worker.reach('reloads', 'RUNNING')
  assert.equal((await worker.tasks('reloads')).length, 2)
  worker.putSecret('third-secret')
}

async function hides(worker: SecretWorker): Promise<void> {
  const { body: config } = await worker.rest('GET', '/connectors/reloads/config')
  assert.equal(config['secret'], SECRET)
  await worker.create('fails', { fails: 'true', 'tasks.max': '1' })
  await eventually('the task has failed', TIMEOUT_MS, async () => {
    const [task] = await worker.tasks('fails')
    return /login of \$\{vault:db:password\} refused/.test(task?.trace ?? '')
  })
  const path = '/connector-plugins/SecretSource/config/validate'
  const props = { 'connector.class': 'SecretSource', name: 'v', log: 'l' }
  const validated = await worker.rest('PUT', path, { ...props, secret: SECRET, fails: SECRET })
  const answer = JSON.stringify(validated.body)
  assert.ok(answer.includes(`Invalid value ${SECRET} for configuration fails`))
  const number = { 'producer.override.linger.ms': SECRET }
  const aborted = await worker.rest('PUT', path, { ...props, secret: 'x', ...number })
  assert.equal(
    aborted.body['message'],
    `org.apache.kafka.common.config.ConfigException: Invalid value ${SECRET} for configuration linger.ms: Not a number of type LONG`,
  )
  const output = await worker.output()
  assert.match(output, /login of \$\{vault:db:password\} refused/)
  assert.doesNotMatch(answer + output, /(?:first|second|third)-secret/)
}

async function rules(worker: SecretWorker): Promise<void> {
  const { body } = await worker.rest('PUT', '/connector-plugins/SecretSource/config/validate', {
    ...{ 'connector.class': 'SecretSource', name: 'v', log: 'l', secret: 'x' },
    'producer.override.compression.type': 'gzip',
    'producer.override.acks': '1',
  })
  const configs: ReadonlyArray<{ value: { errors: readonly string[] } }> = body['configs']
  const errors = configs.flatMap(({ value }) => value.errors)
  assert.deepEqual(errors, ['producer.override.acks: ask the platform team'])
}
