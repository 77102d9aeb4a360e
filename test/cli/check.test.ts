import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { run } from '../helpers/command.ts'
import { root } from '../helpers/sources.ts'
import { temporaryFolder } from '../helpers/worker.ts'

const folder = temporaryFolder()
after(() => folder.remove())

function file(name: string, content: string): string {
  const path = join(folder.path, name)
  writeFileSync(path, content)
  return path
}

const worker = `bootstrap.servers=localhost:9092
group.id=connect
config.storage.topic=configs
offset.storage.topic=offsets
status.storage.topic=statuses
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
`

/** Lines of the answer without colours. */
async function check(...args: readonly string[]) {
  const { code, stdout } = await run('millrace', ['check', ...args], { env: { NO_COLOR: '1' } })
  return { code, lines: stdout.trimEnd().split('\n') }
}

test('the sample files have nothing to change', async () => {
  const files = ['connect-standalone', 'connect-file-source', 'connect-file-sink']
  const { code, lines } = await check(
    ...files.map((name) => join(root, 'config', `${name}.properties`)),
  )
  assert.equal(code, 0)
  assert.equal(lines.filter((line) => line === '  ✔ works').length, 3)
  assert.equal(lines.at(-1), 'The worker and 2 connectors: nothing to change.')
})

test('everything of a Java worker that will not work, or has no effect, is listed', async () => {
  mkdirSync(join(folder.path, 'plugins', 'jdbc'), { recursive: true })
  for (let index = 0; index < 7; index++) file(`plugins/jdbc/${index}.jar`, '')
  const path = file(
    'java.properties',
    `${worker}heartbet.interval.ms=3
producer.linger.mss=3
metric.reporters=org.acme.Reporter
rest.extension.classes=org.acme.Extension
ssl.provider=BC
config.providers=vault,files,env
config.providers.vault.class=org.acme.VaultProvider
config.providers.files.class=FileConfigProvider
config.providers.files.param.allowed.paths=/nosuch/folder
config.providers.env.class=EnvVarConfigProvider
producer.sasl.jaas.config=Plain user="\${env:PATH}" password="\${env:MILLRACE_TEST_UNSET}";
plugin.path=${join(folder.path, 'plugins')}
security.protocol=SASL_SSL
sasl.mechanism=GSSAPI
sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required;
exactly.once.source.support=sometimes
`,
  )
  const { code, lines } = await check(path, file('any.json', '{"name":"a","connector.class":"x"}'))
  assert.equal(code, 1)
  const text = lines.join('\n')
  const expected = [
    /✖ .*org\.acme\.VaultProvider for configuration config\.providers\.vault\.class/,
    /✖ config\.providers\.files: Path \/nosuch\/folder does not exist/,
    /! producer\.sasl\.jaas\.config: \$\{env:MILLRACE_TEST_UNSET\} has no value here\n/,
    /✖ .*BC for configuration ssl\.provider/,
    /✖ .*GSSAPI for configuration sasl\.mechanism/,
    /✖ .*sometimes for configuration exactly\.once\.source\.support/,
    /✖ rest\.extension\.classes: org\.acme\.Extension is a Java class/,
    /! metric\.reporters has no effect: metrics are those of the worker/,
    /! plugin\.path: .*0\.jar.*4\.jar and 2 more/,
    /! unknown property 'heartbet\.interval\.ms', did you mean 'heartbeat\.interval\.ms'\?/,
    /! producer\.linger\.mss has no effect: .*; did you mean 'producer\.linger\.ms'\?/,
    /a \(.*any\.json\)\n {2}✖ connector\.class: there is no x here; there are .*FileStreamSink/,
  ]
  for (const pattern of expected) assert.match(text, pattern)
  assert.match(lines.at(-1) ?? '', /1 connector: 7 to change before switching, 5 without effect\.$/)
})

test('what only a listener, a client or the group would refuse is listed, too', async () => {
  const store = join(folder.path, 'listener.jks')
  writeFileSync(store, Buffer.from('feedfeed00000002', 'hex'))
  const path = file(
    'parts.properties',
    `${worker}listeners=http://:8083,https://:8443
listeners.https.ssl.keystore.location=${store}
listeners.https.ssl.keystore.password=secret
admin.listeners=https//:9443
heartbeat.interval.ms=20000
metadata.max.age.ms=soon
producer.batch.size=16k
consumer.security.protocol=SASL_PLAINTEXT
config.providers=env,env
config.providers.env.class=EnvVarConfigProvider
`,
  )
  const { code, lines } = await check(path)
  assert.equal(code, 1)
  const text = lines.join('\n')
  for (const pattern of [
    /✖ listeners: .*listener\.jks.*keytool/,
    /✖ admin\.listeners: Listener doesn't have the right format/,
    /✖ Heartbeat must be set lower than the session timeout/,
    /✖ Invalid value soon for configuration metadata\.max\.age\.ms: /,
    /✖ producer\.batch\.size: Invalid value 16k for configuration batch\.size: /,
    /✖ consumer\.\*: Missing configuration sasl\.jaas\.config/,
  ]) {
    assert.match(text, pattern)
  }
  assert.match(lines.at(-1) ?? '', /: 6 to change before switching, 0 without effect\.$/)
})

test('the connectors of a running cluster are checked one by one', async () => {
  const connector = (config: Readonly<Record<string, string>>) => ({
    info: { name: 'any', config, tasks: [], type: 'source' },
  })
  const source = { 'connector.class': 'FileStreamSource', file: 'a', topic: 't' }
  const { code, lines } = await check(
    file('worker.properties', worker),
    file(
      'connectors.json',
      JSON.stringify({
        good: connector({ ...source, name: 'good' }),
        jdbc: connector({
          name: 'jdbc',
          'connector.class': 'io.confluent.JdbcSource',
          'value.converter': 'org.acme.Converter',
          'key.converter': 'StringConverter',
          transforms: 'x',
          'transforms.x.type': 'org.acme.Unwrap',
        }),
        transform: connector({
          ...source,
          name: 'transform',
          transforms: 'x',
          'transforms.x.type': 'org.acme.Mask',
        }),
      }),
    ),
  )
  assert.equal(code, 1)
  const [title, ...rest] = lines
  assert.match(title ?? '', /worker\.properties \(distributed worker\)$/)
  assert.match(
    rest.join('\n'),
    /good \(.*\)\n {2}✔ works\njdbc .*\n {2}✖ connector\.class: there is no .*\n {2}✖ value\.converter: .*\n {2}✖ transforms\.x\.type: /,
  )
  assert.match(rest.join('\n'), /transform .*\n {2}✖ .*org\.acme\.Mask/)
})

test('what a config provider gives is not shown', async () => {
  const provided = `${worker}config.providers=file
config.providers.file.class=FileConfigProvider
`
  const variable = `\${file:${file('secrets.properties', 'key=very-secret')}:key}`
  const connector = { 'connector.class': 'FileStreamSource', topic: 't', 'tasks.max': variable }
  const { lines } = await check(
    file('provided.properties', provided),
    file('provided.json', JSON.stringify({ name: 'a', config: connector })),
  )
  const text = lines.join('\n')
  assert.ok(text.includes(`Invalid value ${variable} for configuration tasks.max`), text)
  assert.doesNotMatch(text, /very-secret/)
})

test('connectors are not said to work where the worker does not', async () => {
  const { lines } = await check(
    file('wrong.properties', `${worker}ssl.provider=BC`),
    join(root, 'config/connect-file-source.properties'),
  )
  assert.match(lines.join('\n'), /local-file-source .*\n {2}! not checked but for its class/)
})

test('files that are not there, and none at all', async () => {
  const missing = await run('millrace', ['check', join(folder.path, 'no.properties')])
  assert.equal(missing.code, 2)
  assert.match(missing.stderr, /no\.properties: there is no such file/)
  const { code, lines } = await check(file('w.properties', worker), join(folder.path, 'no.json'))
  assert.equal(code, 1)
  assert.match(lines.join('\n'), /✖ .*no\.json: there is no such file/)
  assert.equal((await run('millrace', ['check'])).code, 1)
})

test('Java classes of clients are named with what to do, in the worker and in connectors', async () => {
  const path = file(
    'classes.properties',
    `${worker}consumer.interceptor.classes=org.acme.Watch\nproducer.partitioner.class=org.acme.Spread\n`,
  )
  const config = {
    ...{ 'connector.class': 'FileStreamSource', topic: 't', file: '/dev/null' },
    'producer.override.interceptor.classes': 'org.acme.Watch',
    'producer.override.partitioner.class': 'org.acme.Spread',
  }
  const connector = file('classes.json', JSON.stringify({ name: 'a', config }))
  const watch = 'not available here, as Java classes do not run here; remove it'
  const spread =
    'not available here, as records with a key go to the partition of their key; remove it'
  const refused = (name: string, value: string, why: string) =>
    `  ✖ Invalid value ${value} for configuration ${name}: ${why}`

  const { code, lines } = await check(path, connector)
  assert.equal(code, 1)
  for (const line of [
    refused('consumer.interceptor.classes', 'org.acme.Watch', watch),
    refused('producer.partitioner.class', 'org.acme.Spread', spread),
    refused('producer.override.interceptor.classes', 'org.acme.Watch', watch),
    refused('producer.override.partitioner.class', 'org.acme.Spread', spread),
  ]) {
    assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`)
  }
})
