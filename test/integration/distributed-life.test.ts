import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { countingPlugin, idOf, partsOf, reaches } from '../helpers/cluster.ts'
import { consume } from '../helpers/consume.ts'
import { eventually } from '../helpers/eventually.ts'
import { readLines } from '../helpers/lines.ts'
import { replaceFile } from '../helpers/replace-file.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const TIMEOUT_MS = 90_000

let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
const folder = temporaryFolder()
let plugins: string
before(async () => {
  kafka = await sharedTestBroker()
  plugins = countingPlugin('millrace', folder.path)
})
after(async () => {
  await kafka.stop()
  folder.remove()
})

interface TestContext {
  after(end: () => Promise<void>): void
}

/** A cluster of its own, and a connector in it with one task for each counter. */
function clusterOf(t: TestContext, settings: Readonly<Record<string, string>> = {}) {
  const name = `life-${randomUUID().slice(0, 8)}`
  const at = join(folder.path, name)
  const counters = `${at}-counters.txt`
  const journal = `${at}-journal.txt`
  const setCounters = (names: readonly string[]) => replaceFile(counters, names.join('\n'))
  let workers = 0
  return {
    name,
    setCounters,
    journal: () => readLines(journal),
    async join(): Promise<Worker> {
      const worker = await startWorker({
        bootstrap: kafka.bootstrap,
        folder: join(at, `${workers++}`),
        cluster: name,
        settings: {
          'plugin.path': plugins,
          'heartbeat.interval.ms': '300',
          ...settings,
        },
      })
      t.after(() => worker.kill())
      return worker
    },
    async count({ rest }: Worker, names: readonly string[]): Promise<void> {
      setCounters(names)
      const { status, body } = await rest('PUT', `/connectors/${name}/config`, {
        'connector.class': 'org.acme.CountingConnector',
        topic: `${name}-counts`,
        'counters.file': counters,
        journal,
        'tasks.max': '10',
      })
      assert.equal(status, 201, JSON.stringify(body))
    },
  }
}

function running(tasks: number): string {
  return Array.from({ length: tasks + 1 }, () => 'RUNNING').join()
}

/** Waits until all parts of a connector run, on all of these workers and on no other. */
function spread(workers: readonly [Worker, ...Worker[]], name: string, tasks: number) {
  const ids = workers.map(idOf)
  return eventually(`${name} runs on ${ids}`, TIMEOUT_MS, async () => {
    const parts = await partsOf(workers[0], name)
    assert.equal(parts.map(({ state }) => state).join(), running(tasks))
    assert.deepEqual(new Set(parts.map(({ worker_id: id }) => id)), new Set(ids))
    return true
  })
}

/** Each task began where the one before it had committed; none ran beside its successor. */
function checkJournal(journal: readonly string[]): void {
  const stops = new Map<string, string>()
  const running = new Set<string>()
  for (const line of journal) {
    const [what, counter = '', next = ''] = line.split(' ')
    if (what === 'start') {
      assert.ok(!running.has(counter), `${counter} runs twice`)
      assert.equal(next, stops.get(counter) ?? '0', `${counter} began at its commit`)
      running.add(counter)
    } else {
      stops.set(counter, next)
      running.delete(counter)
    }
  }
}

test('a rolling restart of three workers: tasks move with what they committed', async (t) => {
  const cluster = clusterOf(t)
  let workers = [await cluster.join(), await cluster.join(), await cluster.join()] as const
  const counters = ['a', 'b', 'c', 'd', 'e']
  await cluster.count(workers[1], counters)
  await spread(workers, cluster.name, counters.length)
  for (let turn = 0; turn < 3; turn++) {
    const [oldest, second, third] = workers
    assert.equal(await oldest.stop(), 143)
    workers = [second, third, await cluster.join()]
    await spread(workers, cluster.name, counters.length)
  }
  await workers[0].rest('PUT', `/connectors/${cluster.name}/stop`)
  await reaches(workers[0], cluster.name, 'STOPPED')
  checkJournal(cluster.journal())
  const ends = cluster.journal().filter((line) => line.startsWith('stop'))
  const total = counters.reduce((sum, counter) => {
    const last = ends.findLast((line) => line.startsWith(`stop ${counter} `))
    return sum + Number(last?.split(' ')[2])
  }, 0)
  const values = await consume(kafka.bootstrap, `${cluster.name}-counts`, total)
  for (const counter of counters) {
    const own = values.filter((value) => value.startsWith(`"${counter} `))
    assert.deepEqual(
      own,
      own.map((_, number) => `"${counter} ${number}"`),
    )
  }
})

test('a connector on a follower asks for other tasks: those that stay the same keep running', async (t) => {
  const cluster = clusterOf(t)
  const leader = await cluster.join()
  // The leader is busy with a connector, so the next one is the follower's.
  const other = { 'connector.class': 'FileStreamSource', file: 'none.txt', topic: 'none' }
  await leader.rest('PUT', `/connectors/${cluster.name}-other/config`, other)
  await reaches(leader, `${cluster.name}-other`, running(1))
  const follower = await cluster.join()
  const workers = [leader, follower] as const
  await cluster.count(leader, ['a', 'b', 'c'])
  await spread(workers, cluster.name, 3)
  await spread([follower, leader], cluster.name, 3)
  const [connector] = await partsOf(leader, cluster.name)
  assert.equal(connector?.worker_id, idOf(follower))
  const places = await partsOf(follower, cluster.name)
  const before = cluster.journal().length
  cluster.setCounters(['a', 'x', 'c', 'y'])
  await eventually('the new tasks have started', TIMEOUT_MS, () => {
    const news = cluster.journal().slice(before).join()
    return news.includes('start x') && news.includes('start y')
  })
  await reaches(follower, cluster.name, running(4))
  const news = cluster.journal().slice(before)
  assert.equal(news.filter((line) => line.startsWith('stop b ')).length, 1)
  const placesNow = await partsOf(follower, cluster.name)
  for (const [task, counter] of [
    [0, 'a'],
    [2, 'c'],
  ] as const) {
    const hasMoved = placesNow[task + 1]?.worker_id !== places[task + 1]?.worker_id
    const lines = news.filter((line) => line.split(' ')[1] === counter)
    assert.equal(lines.length, hasMoved ? 2 : 0, lines.join())
  }
  checkJournal(cluster.journal())
})

for (const protocol of ['eager', 'compatible', 'sessioned']) {
  test(`${protocol}: workers share, scale up and down, and pass on what a follower was asked`, async (t) => {
    const cluster = clusterOf(t, { 'connect.protocol': protocol })
    const first = await cluster.join()
    const second = await cluster.join()
    await cluster.count(second, ['a', 'b', 'c'])
    await spread([second, first], cluster.name, 3)
    const third = await cluster.join()
    await spread([third, first, second], cluster.name, 3)
    assert.equal(await first.stop(), 143)
    await spread([third, second], cluster.name, 3)
    cluster.setCounters(['a', 'b', 'c', 'd'])
    await spread([third, second], cluster.name, 4)
    checkJournal(cluster.journal())
  })
}

test('a worker that stops leaves at once; log and status tell how long its work waits for it', async (t) => {
  // Whoever does not say that it leaves is missed after the session's time, later than is waited here.
  const cluster = clusterOf(t, {
    'scheduled.rebalance.max.delay.ms': '60000',
    'session.timeout.ms': '60000',
  })
  const first = await cluster.join()
  const second = await cluster.join()
  const workers = [first, second] as const
  const counters = ['a', 'b', 'c', 'd']
  await cluster.count(first, counters)
  await spread(workers, cluster.name, counters.length)
  const waits = async () => {
    const parts = await partsOf(first, cluster.name)
    const waiting = parts.filter(({ worker_id: id }) => id === idOf(second))
    assert.ok(waiting.length > 0)
    for (const { state, trace = '' } of waiting) {
      assert.equal(state, 'UNASSIGNED')
      assert.match(trace, /^Worker \S+ has left the cluster, and may come back .* until 20\d\d-/)
    }
    return true
  }
  assert.equal(await second.stop(), 143)
  await eventually('work of a worker that stopped waits', 40_000, waits)
  assert.match(first.output(), /work of workers that left waits \d{5} ms for them/)
})

test('a killed worker: log and status tell how long its work waits', async (t) => {
  const cluster = clusterOf(t, {
    'scheduled.rebalance.max.delay.ms': '4000',
    'session.timeout.ms': '6000',
  })
  const first = await cluster.join()
  const second = await cluster.join()
  const workers = [first, second] as const
  await cluster.count(first, ['a', 'b', 'c', 'd'])
  await spread(workers, cluster.name, 4)
  await second.kill()
  await eventually('its work shows as waiting', TIMEOUT_MS, async () => {
    const parts = await partsOf(first, cluster.name)
    return parts.some(({ state, trace = '' }) => {
      return state === 'UNASSIGNED' && trace.startsWith(`Worker ${idOf(second)} has left`)
    })
  })
  assert.match(first.output(), /work of workers that left waits \d+ ms for them/)
  await spread([first], cluster.name, 4)
  const [{ trace } = {}] = await partsOf(first, cluster.name)
  assert.equal(trace, undefined)
})

test('restart?includeTasks&onlyFailed through any worker: what runs is left alone', async (t) => {
  const cluster = clusterOf(t)
  const first = await cluster.join()
  const second = await cluster.join()
  const obstacle = join(folder.path, `${cluster.name}.obstacle`)
  writeFileSync(obstacle, '')
  await cluster.count(first, ['a', obstacle, 'c'])
  await reaches(second, cluster.name, 'RUNNING,RUNNING,FAILED,RUNNING')
  rmSync(obstacle)
  const before = cluster.journal().length
  const restart = `/connectors/${cluster.name}/restart?includeTasks=true&onlyFailed=true`
  assert.equal((await second.rest('POST', restart)).status, 202)
  await reaches(first, cluster.name, running(3))
  assert.deepEqual(cluster.journal().slice(before), [`start ${obstacle} 0`])
})

test('a log level of scope=cluster reaches all workers, that of one worker no other', async (t) => {
  const cluster = clusterOf(t)
  const workers = [await cluster.join(), await cluster.join(), await cluster.join()] as const
  const level = async ({ rest }: Worker, logger: string) => {
    const { body } = await rest('GET', `/admin/loggers/${logger}`)
    return (body as { readonly level?: string }).level ?? null
  }
  const set = { level: 'TRACE' }
  await workers[1].rest('PUT', '/admin/loggers/org.acme.all?scope=cluster', set)
  await workers[1].rest('PUT', '/admin/loggers/org.acme.one', set)
  for (const worker of workers) {
    await eventually(`the level at ${worker.url}`, TIMEOUT_MS, async () => {
      return (await level(worker, 'org.acme.all')) === 'TRACE'
    })
  }
  const of = await Promise.all(workers.map((worker) => level(worker, 'org.acme.one')))
  assert.deepEqual(
    of.map((each) => each === 'TRACE'),
    [false, true, false],
  )
})

test('requests go on while the leader changes: each is answered, and what was answered holds', async (t) => {
  const cluster = clusterOf(t)
  const [leader, second, third] = [await cluster.join(), await cluster.join(), await cluster.join()]
  const answers: string[] = []
  const created = new Set<string>()
  const over = new AbortController()
  const send = async ({ rest }: Worker, method: string, path: string, body?: unknown) => {
    const answer = await rest(method, `/connectors/${path}`, body)
    answers.push(answer.status < 400 ? `${answer.status}` : `${method} ${JSON.stringify(answer)}`)
    return answer.status
  }
  const live = async (worker: Worker, name: string) => {
    const config = { 'connector.class': 'FileStreamSource', topic: name, file: 'none.txt' }
    if ((await send(worker, 'PUT', `${name}/config`, config)) === 201) created.add(name)
    await send(worker, 'GET', name)
    await send(worker, 'PUT', `${name}/pause`)
    if (!name.endsWith('1')) return
    if ((await send(worker, 'DELETE', name)) === 204) created.delete(name)
  }
  const clients = Array.from({ length: 6 }, async (_, client) => {
    for (let call = 0; !over.signal.aborted; call++) {
      await live(client % 2 === 0 ? second : third, `${cluster.name}-${client}-${call}`)
    }
  })
  await eventually('requests before', TIMEOUT_MS, () => created.size > 6)
  assert.equal(await leader.stop(), 143)
  const count = created.size
  await eventually('requests afterwards', TIMEOUT_MS, () => created.size > count + 6)
  over.abort()
  await Promise.all(clients)
  assert.deepEqual(
    answers.filter((answer) => !/^20[0124]$/.test(answer)),
    [],
  )
  for (const worker of [second, third]) {
    await eventually('both know what was created', TIMEOUT_MS, async () => {
      const { body } = await worker.rest('GET', '/connectors')
      assert.deepEqual(new Set(body as readonly string[]), created)
      return true
    })
  }
})
