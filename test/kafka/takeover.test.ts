import assert from 'node:assert/strict'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { consume } from '../helpers/consume.ts'
import { eventually } from '../helpers/eventually.ts'
import { readLines } from '../helpers/lines.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { type Implementation, startWorker, temporaryFolder } from '../helpers/worker.ts'

/** A task that does not stop in time leaves its last offsets out, so that its records come twice. */
const patient = {
  'task.shutdown.graceful.timeout.ms': '60000',
  'offset.flush.timeout.ms': '60000',
}

let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
before(async () => {
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

const turns: ReadonlyArray<readonly Implementation[]> = [
  ['apache', 'millrace', 'apache'],
  ['millrace', 'apache', 'millrace'],
]

for (const workers of turns) {
  test(`on the same files ${workers.join(', then ')}: nothing is lost or repeated`, async (t) => {
    const folder = temporaryFolder()
    t.after(folder.remove)
    const input = join(folder.path, 'in.txt')
    const output = join(folder.path, 'out.txt')
    const topic = `takeover-${workers[0]}-${process.pid}`
    writeFileSync(input, '')
    const written: string[] = []
    for (const [turn, implementation] of workers.entries()) {
      const worker = await startWorker({
        bootstrap: kafka.bootstrap,
        folder: folder.path,
        implementation,
        settings: patient,
        connectors: [
          { name: 'takeover-source', 'connector.class': 'FileStreamSource', file: input, topic },
          {
            name: `takeover-sink-${workers[0]}-${process.pid}`,
            'connector.class': 'FileStreamSink',
            file: output,
            topics: topic,
          },
        ],
      })
      t.after(() => worker.kill())
      for (let line = 0; line < 5000; line++) written.push(`${implementation} ${turn} ${line}`)
      appendFileSync(input, `${written.slice(-5000).join('\n')}\n`)
      await eventually(`${written.length} lines through ${implementation}`, 120_000, () => {
        return readLines(output).length >= written.length
      })
      assert.equal(await worker.stop(), 143)
      assert.deepEqual(readLines(output), written)
    }
    const values = await consume(kafka.bootstrap, topic, written.length)
    assert.deepEqual(
      values,
      written.map((line) => JSON.stringify(line)),
    )
  })
}
