import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { reaches } from '../helpers/cluster.ts'
import { consume } from '../helpers/consume.ts'
import { installPlugin } from '../helpers/plugin-folder.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const plugins = [
  { kind: 'source', class: 'org.acme.VersionedSourceConnector' },
  { kind: 'transformation', class: 'org.acme.Versioned' },
  { kind: 'predicate', class: 'org.acme.SameVersion' },
  { kind: 'converter', class: 'org.acme.VersionedConverter' },
]
const versions = ['1.0.0', '1.10.0', '2.0.0']

/** Settings of a connector, and the value that its record has in the topic. */
const cases: ReadonlyArray<[props: Readonly<Record<string, string>>, value: string]> = [
  [{}, 'source-2.0.0 transform-2.0.0 converter-1.0.0'],
  [
    {
      'connector.plugin.version': '[1.0,2.0)',
      'transforms.t.plugin.version': '1.0.0',
      'value.converter': 'org.acme.VersionedConverter',
    },
    'source-1.10.0 transform-1.0.0 converter-2.0.0',
  ],
  [
    {
      'connector.plugin.version': '(,1.0]',
      'transforms.t.plugin.version': 'latest',
      'transforms.t.predicate': 'same',
      predicates: 'same',
      'predicates.same.type': 'SameVersion',
      'predicates.same.plugin.version': '2.0.0',
      'value.converter': 'VersionedConverter',
      'value.converter.plugin.version': '[1.10.0]',
    },
    'source-1.0.0 converter-1.10.0',
  ],
]

let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
before(async () => {
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

for (const host of ['in-process', 'threads']) {
  describe(`versions side by side, ${host}`, () => {
    const folder = temporaryFolder()
    let worker: Worker
    before(async () => {
      const paths = versions.map((version) =>
        installPlugin(folder.path, 'test/integration/plugins/versioned.ts', plugins, version),
      )
      worker = await startWorker({
        bootstrap: kafka.bootstrap,
        folder: folder.path,
        settings: {
          'millrace.task.host': host,
          'plugin.path': paths[0] ?? '',
          'value.converter': 'VersionedConverter',
          'value.converter.plugin.version': '1.0.0',
        },
      })
    })
    after(async () => {
      await worker.kill()
      folder.remove()
    })

    for (const [props, value] of cases) {
      test(value, async () => {
        const name = `versions-${randomUUID().slice(0, 8)}`
        const { status } = await worker.rest('PUT', `/connectors/${name}/config`, {
          'connector.class': 'VersionedSource',
          topic: name,
          transforms: 't',
          'transforms.t.type': 'org.acme.Versioned',
          ...props,
        })
        assert.equal(status, 201)
        assert.deepEqual(await consume(kafka.bootstrap, name, 1), [value])
        await reaches(worker, name, 'RUNNING,RUNNING')
        const { body } = await worker.rest('GET', `/connectors/${name}/status`)
        const [expected] = /(?<=source-)\S+/.exec(value) ?? []
        assert.equal(body['connector']['version'], expected)
        assert.equal(body['tasks'][0]['version'], expected)
      })
    }

    test('all versions are listed, and one that is not there is refused', async () => {
      const { body } = await worker.rest('GET', '/connector-plugins?connectorsOnly=false')
      const listed = body as ReadonlyArray<{ class: string; version: string }>
      for (const plugin of plugins) {
        const found = listed.filter((each) => each.class === plugin.class)
        assert.deepEqual(
          found.map(({ version }) => version),
          versions,
        )
      }
      const answer = await worker.rest('POST', '/connectors', {
        name: 'absent',
        config: {
          'connector.class': 'VersionedSource',
          topic: 'absent',
          'connector.plugin.version': '[3,)',
        },
      })
      assert.equal(answer.status, 400)
      const problem =
        'Plugin org.acme.VersionedSourceConnector not found that matches the version range [3,), available versions: [1.0.0, 1.10.0, 2.0.0]'
      assert.equal(String(answer.body['message']).split(problem).length, 3)
    })
  })
}
