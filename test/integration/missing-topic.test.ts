import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../helpers/eventually.ts'
import { startTestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder } from '../helpers/worker.ts'

test('a topic that does not exist, with auto-creation off: the task waits and the log says for what', async (t) => {
  const kafka = await startTestBroker({ settings: ['auto.create.topics.enable=false'] })
  t.after(() => kafka.stop())
  const folder = temporaryFolder()
  t.after(folder.remove)
  writeFileSync(join(folder.path, 'in.txt'), 'x\n')
  const config = {
    'connector.class': 'FileStreamSource',
    file: join(folder.path, 'in.txt'),
    topic: 'nowhere',
  }
  const worker = await startWorker({
    bootstrap: kafka.bootstrap,
    folder: folder.path,
    connectors: [
      { name: 'waiting', ...config },
      { name: 'bounded', ...config, 'producer.override.max.block.ms': '1000' },
    ],
  })
  t.after(() => worker.kill())
  await eventually('the bounded task to fail', 60_000, async () => {
    const { body } = await worker.rest('GET', '/connectors/bounded/status')
    const [task] = (body as { tasks: { state: string; trace: string }[] }).tasks
    return task?.state === 'FAILED' && /nowhere/.test(task.trace)
  })
  const { body } = await worker.rest('GET', '/connectors/waiting/status')
  assert.equal((body as { tasks: { state: string }[] }).tasks[0]?.state, 'RUNNING')
  await eventually('the log to say what the other waits for', 60_000, () =>
    /waiting\|task-0.*nowhere|nowhere.*waiting\|task-0/.test(worker.output()),
  )
  // The reference's default of max.block.ms is for ever; it must not hold up a stop.
  assert.equal(await worker.stop(), 143)
})
