import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, watch } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Outcome, run } from '../../helpers/command.ts'
import { eventually } from '../../helpers/eventually.ts'
import { root } from '../../helpers/sources.ts'
import { temporaryFolder } from '../../helpers/worker.ts'

/** Runs it without a terminal; it may leave no files behind, however it ends. */
async function runQuickstart(
  t: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const outcome = await run('millrace', ['quickstart', ...args], {
    env: { TMPDIR: folder.path, ...env },
  })
  assert.deepEqual(readdirSync(folder.path), [])
  return outcome
}

for (const args of [['--once'], []]) {
  test(`without a terminal it ends by itself: ${args.join() || 'no option'}`, async (t) => {
    const { code, stdout, stderr } = await runQuickstart(t, args)
    assert.equal(stderr, '')
    assert.match(
      stdout,
      /^A Kafka broker runs at localhost:\d+, a Connect worker at http:\S+\d\.\n/,
    )
    assert.match(stdout, /\n {2}lines.txt +10 {3}order 10: 1 ristretto\n/)
    assert.match(stdout, /\n {2}topic lines +10 {3}\{"line":"order 10: .*":"quickstart"\}\n/)
    assert.match(stdout, /\n {2}copy.txt +10 {3}\{line=order 10: .*, data_source=quickstart\}\n/)
    assert.match(stdout, /all within \d+\.\d s of the start\..*\n\nNext: /)
    assert.equal(code, 0)
  })
}

function hasAddress(host: string): boolean {
  return Object.values(networkInterfaces())
    .flat()
    .some((network) => network?.address === host)
}

/**
 * Another quickstart of these tests lets go soon; whoever else has it may keep it.
 * @returns Whether it is ours.
 */
async function take(t: TestContext, port: number, host: string): Promise<boolean> {
  let isOurs = false
  const listens = async () => {
    const server = createServer().listen(port, host)
    await once(server, 'listening')
    t.after(() => server.close())
    isOurs = true
    return isOurs
  }
  await eventually(`port ${port}`, 20_000, listens).catch(() => {})
  return isOurs
}

for (const host of ['127.0.0.1', '::1']) {
  test(`ports that are taken on ${host} are no problem`, async (t) => {
    if (!hasAddress(host)) return console.log(`NOT TESTED, ports on ${host}: it is not there`)
    const taken: number[] = []
    for (const port of [9092, 8083]) {
      if (await take(t, port, host)) taken.push(port)
      else console.log(`NOT TESTED, port ${port}: somebody else has it`)
    }
    const { code, stdout } = await runQuickstart(t, ['--once'])
    assert.equal(code, 0)
    for (const port of taken) assert.doesNotMatch(stdout, new RegExp(`localhost:${port}\\b`))
  })
}

test('a worker that cannot start is told of, with the end of the log', async (t) => {
  // Stands for a system that does not let it listen.
  const refuse = `data:text/javascript,
    import { Server } from 'node:http'
    Server.prototype.listen = () => { throw new Error('listen EACCES: permission denied') }`
  const { code, stdout, stderr } = await runQuickstart(t, ['--once'], {
    NODE_OPTIONS: `--import="${refuse.replace(/\n */g, ';')}"`,
  })
  assert.equal(stdout, '')
  assert.match(stderr, / INFO {2}Waiting for the worker to start \(quickstart\)\n/)
  assert.match(
    stderr,
    /\nmillrace quickstart: REST can't listen on http:\/\/127\.0\.0\.1:\d+: listen EACCES: permission denied\n$/,
  )
  assert.equal(code, 2)
})

test('a temporary folder that cannot be used is told of', async () => {
  const { code, stderr } = await run('millrace', ['quickstart'], { env: { TMPDIR: '/no/such' } })
  assert.match(stderr, /^millrace quickstart: no folder for the files .* let TMPDIR name a folder /)
  assert.equal(code, 2)
})

test('a signal ends it before its end, with the exit code of the signal', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const watcher = watch(folder.path)
  t.after(() => watcher.close())
  const child = spawn(join(root, 'bin/millrace'), ['quickstart', '--once'], {
    env: { ...process.env, TMPDIR: folder.path },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await once(watcher, 'change')
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  assert.equal(code, 143)
  assert.deepEqual(readdirSync(folder.path), [])
})

test('its arguments are checked as those of the other commands', async () => {
  const unknown = await run('millrace', ['quickstart', '--lines', '2'])
  assert.match(unknown.stderr, /Unknown option '--lines'[^\n]*\nSee 'millrace quickstart --help'/)
  assert.equal(unknown.code, 1)
  const help = await run('millrace', ['quickstart', '--help'])
  assert.match(help.stdout, /^Usage: millrace quickstart \[--once\]\n/)
  assert.equal(help.code, 0)
})
