import assert from 'node:assert/strict'
import { appendFileSync, cpSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type ApacheKafka, startApacheKafka } from '../helpers/apache-kafka.ts'
import { command, installInto, packTarball } from '../helpers/package.ts'
import { root } from '../helpers/sources.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const folder = temporaryFolder()
const consumer = join(folder.path, 'consumer')
const example = join(folder.path, 'my-connector')
let kafka: ApacheKafka
before(async () => {
  const tarball = packTarball(join(folder.path, 'tarball'))
  installInto(consumer, tarball)
  cpSync(join(root, 'examples/my-connector'), example, { recursive: true })
  command(
    example,
    'npm',
    'install',
    '--omit=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-save',
    tarball,
  )
  symlinkSync(join(root, 'node_modules/@types'), join(example, 'node_modules/@types'))
  kafka = await startApacheKafka()
})
after(async () => {
  await kafka.stop()
  folder.remove()
})

test('the example builds against the tarball, and its tests pass', () => {
  command(example, join(root, 'node_modules/.bin/tsc'))
  assert.match(command(example, 'node', '--test', 'test/*.test.ts'), /fail 0/)
})

test('an outside plug-in runs in the installed worker and goes on at its offset', async (t) => {
  const input = join(folder.path, 'test.txt')
  const start = () =>
    startWorker({
      command: join(consumer, 'node_modules/.bin/connect-standalone'),
      bootstrap: kafka.bootstrap,
      folder: join(folder.path, 'worker'),
      settings: { 'plugin.path': example },
      connectors: [
        {
          name: 'lines',
          'connector.class': 'LineSource',
          files: input,
          topic: 'lines',
          transforms: 'MakeMap,UpperCase',
          'transforms.MakeMap.type': 'org.apache.kafka.connect.transforms.HoistField$Value',
          'transforms.MakeMap.field': 'line',
          'transforms.UpperCase.type': 'com.example.UpperCase',
          'transforms.UpperCase.field': 'line',
        },
      ],
    })
  const records = (count: number) =>
    command(
      consumer,
      'npx',
      'millrace',
      'consume',
      'lines',
      '--from-beginning',
      '-n',
      `${count}`,
      '--bootstrap-server',
      kafka.bootstrap,
    )
  let worker: Worker = await start()
  t.after(() => worker.kill())
  writeFileSync(input, 'one\ntwo\n')
  assert.equal(records(2), '{"line":"ONE"}\n{"line":"TWO"}\n')
  assert.equal(await worker.stop(), 143)

  appendFileSync(input, 'three\n')
  worker = await start()
  assert.equal(records(3), '{"line":"ONE"}\n{"line":"TWO"}\n{"line":"THREE"}\n')
  assert.equal(await worker.stop(), 143)
})
