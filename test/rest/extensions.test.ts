import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { builtinPlugins } from '../../src/cli/builtin.ts'
import { startRestServer } from '../../src/rest/server.ts'
import { createPluginRegistry } from '../../src/runtime/plugin-registry.ts'
import { defineConfig, defineRestExtension, type RestExtension } from '../../src/sdk/index.ts'
import { silentLogger } from '../helpers/silent-logger.ts'
import { temporaryFolder } from '../helpers/worker.ts'
import { noSources, restConfig, startRest } from './fixture.ts'

const BASIC = 'org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension'
const plugins = createPluginRegistry(builtinPlugins)
const folder = temporaryFolder()
after(() => folder.remove())

/** Writes a JAAS file and the passwords that it names. */
function jaas(name: string, passwords: string): string {
  const users = join(folder.path, `${name}.users`)
  writeFileSync(users, passwords)
  const file = join(folder.path, `${name}.conf`)
  writeFileSync(
    file,
    `/* logins */ Other { a.b.OtherModule optional x=1; };
    KafkaConnect {
      // users
      org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule required
      file="${users}";
    };`,
  )
  return file
}

const startWithLogin = (file: string) =>
  startRest(
    { 'rest.extension.classes': [BASIC] },
    { plugins, props: { 'millrace.jaas.config.file': file } },
  )

const basic = (text: string) => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
})

test('basic authentication answers only those who know a password', async () => {
  const rest = await startWithLogin(jaas('two', 'ann=secret\nbob=a\\:b:c\n'))
  const paths: ReadonlyArray<[method: string, path: string]> = [
    ['GET', '/'],
    ['GET', '/health'],
    ['GET', '/connectors'],
    ['OPTIONS', '/connectors'],
    ['PUT', '/connectors/a/pause'],
    ['GET', '/admin/loggers'],
  ]
  for (const [method, path] of paths) {
    const reply = await rest.call(method, path)
    assert.equal(reply.status, 401, path)
    assert.equal(reply.body, 'User cannot access the resource.')
    assert.equal(reply.headers['content-type'], 'application/json')
    assert.equal(reply.headers['www-authenticate'], undefined)
  }
  const statusWith = async (headers: Readonly<Record<string, string>>) =>
    (await rest.call('GET', '/connectors', { headers })).status
  assert.equal(await statusWith(basic('ann:secret')), 200)
  assert.equal(await statusWith(basic('bob:a:b:c')), 200)
  assert.equal(
    await statusWith({ authorization: basic('ann:secret').authorization.toUpperCase() }),
    401,
  )
  for (const wrong of ['ann:Secret', 'ann:', ':secret', 'ann', 'cid:secret', 'constructor:']) {
    assert.equal(await statusWith(basic(wrong)), 401, wrong)
  }
  assert.equal(await statusWith({ authorization: 'Bearer x' }), 401)
  await rest.server.close()
})

test('unknown paths and requests among workers need no login', async () => {
  const rest = await startWithLogin(jaas('one', 'ann=secret'))
  assert.equal((await rest.call('GET', '/nosuch')).status, 404)
  const tasks = await rest.call('POST', '/connectors/a/tasks', { body: [] })
  assert.notEqual(tasks.status, 401)
  assert.equal((await rest.call('GET', '/connectors/a/tasks')).status, 401)
  await rest.server.close()
})

test('a file without passwords lets everyone in, as in the reference', async () => {
  const rest = await startWithLogin(jaas('empty', ''))
  assert.equal((await rest.call('GET', '/connectors')).status, 200)
  await rest.server.close()
})

test('the JAAS file may come from KAFKA_OPTS', async () => {
  process.env['KAFKA_OPTS'] = `-Xmx1g -Djava.security.auth.login.config=${jaas('opts', 'ann=x')}`
  const rest = await startRest({ 'rest.extension.classes': [BASIC] }, { plugins })
  delete process.env['KAFKA_OPTS']
  assert.equal((await rest.call('GET', '/', { headers: basic('ann:x') })).status, 200)
  assert.equal((await rest.call('GET', '/')).status, 401)
  await rest.server.close()
})

const broken: ReadonlyArray<[what: string, content: string, message: RegExp]> = [
  ['no entry', 'Other { a.B required; };', /broken\.conf: it has no entry KafkaConnect$/],
  ['another module', 'KafkaConnect { a.Ldap required; };', /only one login module is known: Kafka/],
  [
    'a missing user file',
    'KafkaConnect { PropertyFileLoginModule required file="/no/such"; };',
    /\/no\/such: ENOENT/,
  ],
  ['no braces', 'KafkaConnect PropertyFileLoginModule', /must have the form Name \{ module/],
]
for (const [what, content, message] of broken) {
  test(`a JAAS file with ${what} is refused at the start`, async () => {
    const file = join(folder.path, 'broken.conf')
    writeFileSync(file, content)
    await assert.rejects(startWithLogin(file), { code: 'CONFIG_INVALID', message })
  })
}

test('without a JAAS file the start fails and says where to name one', async () => {
  await assert.rejects(startRest({ 'rest.extension.classes': [BASIC] }, { plugins }), {
    message: /Missing configuration millrace\.jaas\.config\.file: .*KAFKA_OPTS/,
  })
})

test('extensions that there are not are refused by name', async () => {
  const config = { ...restConfig, 'rest.extension.classes': ['org.acme.Auth'] }
  await assert.rejects(startRestServer(config, silentLogger, noSources), {
    code: 'CONFIG_INVALID',
    message: /org\.acme\.Auth for configuration rest\.extension\.classes: .*in Java can't run/,
  })
})

test('an extension of a user filters, answers, and sees the cluster', async () => {
  let isClosed = false
  const extension = defineRestExtension({
    class: 'org.acme.Tenants',
    version: '1.2.3',
    config: defineConfig({
      'acme.tenant': { type: 'string', importance: 'high', doc: 'Who may.' },
    }),
    create({ 'acme.tenant': tenant }, cluster): RestExtension {
      return {
        filter: async ({ headers }) =>
          headers['x-tenant'] === tenant ? null : { status: 403, headers: {}, body: 'not yours' },
        routes: [
          {
            method: 'GET',
            path: '/acme/:who',
            handle: async ({ params, query }) => ({
              status: 200,
              headers: { 'content-type': 'text/html' },
              body: `<p>${params['who']} ${query.get('q')} ${await cluster.kafkaClusterId()} ${(await cluster.connectors()).length}</p>`,
            }),
          },
          {
            method: 'GET',
            path: '/connectors',
            handle: async () => ({ status: 200, headers: {}, body: 'never' }),
          },
        ],
        async close() {
          isClosed = true
        },
      }
    },
  })
  const entry = {
    ...{ kind: extension.kind, class: extension.class, version: extension.version },
    location: 'classpath',
    load: () => Promise.resolve(extension),
  }
  const registry = createPluginRegistry([...builtinPlugins, entry])
  const rest = await startRest(
    { 'rest.extension.classes': ['Tenants'] },
    { plugins: registry, props: { 'acme.tenant': 't1' } },
  )
  const headers = { 'x-tenant': 't1', accept: 'text/html' }
  assert.equal((await rest.call('GET', '/acme/ann?q=1')).body, 'not yours')
  assert.equal(
    (await rest.call('GET', '/acme/ann?q=1', { headers })).body,
    '<p>ann 1 cluster 0</p>',
  )
  const connectors = await rest.call('GET', '/connectors', { headers: { 'x-tenant': 't1' } })
  assert.deepEqual(connectors.body, [])
  assert.ok(!registry.list().some(({ kind }) => kind === 'rest_extension'))
  await rest.server.close()
  assert.ok(isClosed)
})
