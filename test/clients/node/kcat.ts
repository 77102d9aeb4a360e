import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { bootstrap, check, numbers, unique } from './check.ts'

/** Where the files of the package are, with the libraries that the machine does not have. */
const files = process.env['MILLRACE_TEST_KCAT'] ?? ''
const [libraries = ''] = globSync('lib/*-linux-gnu', { cwd: files })

async function kcat(args: readonly string[], input = ''): Promise<string> {
  const program = spawn(join(files, 'bin/kcat'), ['-b', bootstrap, ...args], {
    env: { ...process.env, LD_LIBRARY_PATH: join(files, libraries) },
    timeout: 60_000,
  })
  program.stdin.on('error', () => {}) // it may end without reading
  program.stdin.end(input)
  const ended = once(program, 'close')
  const [output, errors] = await Promise.all([text(program.stdout), text(program.stderr)])
  assert.deepEqual(await ended, [0, null], errors)
  return output
}

const produce = (topic: string, lines: readonly string[], ...more: readonly string[]) =>
  kcat(['-P', '-t', unique(topic), '-p', '0', ...more], `${lines.join('\n')}\n`)

const consume = async (topic: string, ...more: readonly string[]) => {
  const output = await kcat(['-C', '-q', '-e', '-t', unique(topic), '-p', '0', ...more])
  return output.split('\n').slice(0, -1)
}

await check('create and describe a topic', async () => {
  await produce('plain', ['a'])
  const listed = JSON.parse(await kcat(['-L', '-J', '-t', unique('plain')])) as {
    readonly topics: ReadonlyArray<{ readonly partitions: readonly unknown[] }>
  }
  assert.equal(listed.topics[0]?.partitions.length, 1)
})
await check('describe the cluster', async () => {
  const { brokers } = JSON.parse(await kcat(['-L', '-J'])) as { readonly brokers: unknown[] }
  assert.equal(brokers.length, 1)
})
await check('produce without acknowledgement', async () => {
  await produce('no-acks', ['first'])
  await produce('no-acks', numbers(100), '-X', 'acks=0')
  assert.equal((await consume('no-acks', '-o', 'beginning', '-c', '101')).length, 101)
})
await check('produce with idempotence, in order', async () => {
  await produce('idempotent', numbers(2000), '-X', 'enable.idempotence=true')
  assert.deepEqual(await consume('idempotent'), numbers(2000))
})
for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
  await check(`produce and consume ${codec}`, async () => {
    await produce(codec, numbers(500), '-z', codec)
    assert.deepEqual(await consume(codec), numbers(500))
  })
}
await check('keep keys, nulls, headers and timestamps', async () => {
  await produce('shapes', ['ü:日本', ':'], '-K', ':', '-Z', '-H', 'h=1')
  const format = '%k=%s %h %K %S'
  assert.deepEqual(await consume('shapes', '-f', `${format}\n`), ['ü=日本 h=1 2 6', '= h=1 -1 -1'])
})
await check('large records', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kcat-'))
  try {
    const file = join(folder, 'large')
    writeFileSync(file, 'ab'.repeat(450_000))
    await kcat(['-P', '-t', unique('large'), '-p', '0', file])
    assert.deepEqual(await consume('large', '-f', '%S\n'), ['900000'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
await check('look up offsets', async () => {
  const topic = unique('none')
  assert.equal((await kcat(['-Q', '-t', `${topic}:0:-1`])).trim(), `${topic} [0] offset 500`)
  assert.equal((await kcat(['-Q', '-t', `${topic}:0:1`])).trim(), `${topic} [0] offset 0`)
})
await check('seek, and offsets by time', async () => {
  assert.deepEqual(await consume('none', '-o', '498'), ['498', '499'])
  assert.deepEqual(await consume('none', '-o', '-1'), ['499'])
  assert.deepEqual(await consume('none', '-o', 's@1', '-c', '1'), ['0'])
})
await check('consume in a group and go on from there', async () => {
  await produce('group', numbers(500))
  const options = ['-X', 'auto.offset.reset=earliest', '-X', 'session.timeout.ms=6000']
  const read = (count: number) =>
    kcat(['-q', ...options, '-c', String(count), '-G', unique('group'), unique('group')])
  assert.equal((await read(500)).split('\n').length, 501)
  await produce('group', ['last'])
  assert.equal(await read(1), 'last\n')
})
await check("keep a static member's partitions over a restart", async () => {
  const options = ['-X', 'auto.offset.reset=earliest', '-X', 'group.instance.id=one']
  for (const expected of ['0\n', '1\n']) {
    const read = ['-q', ...options, '-c', '1', '-G', unique('static'), unique('group')]
    assert.equal(await kcat(read), expected)
  }
})
await check('commit a transaction', async () => {
  await produce('letters', ['a', 'b'], '-X', `transactional.id=${unique('letters')}`)
  // What is decided may end before them for a moment, so it is not read to its end.
  const read = ['-C', '-q', '-c', '2', '-t', unique('letters'), '-p', '0']
  assert.equal(await kcat([...read, '-X', 'isolation.level=read_committed']), 'a\nb\n')
})
