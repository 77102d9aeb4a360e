import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import type { LogLevel } from '../../src/base/logger.ts'
import type { LogEvent } from '../../src/base/logger-event.ts'
import { createLogging } from '../../src/base/logger-pino.ts'

const clock = {
  now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  elapsed: () => 0,
  sleep: () => Promise.resolve(),
}

function logging(options: { level?: LogLevel; format?: 'json' | 'pretty'; colors?: boolean } = {}) {
  const lines: string[] = []
  const { level = 'INFO', format = 'json', colors = false } = options
  const write = (line: string) => void lines.push(line)
  const { logger, registry } = createLogging(level, { format, colors, write }, clock)
  return {
    logger,
    registry,
    lines,
    events: () => lines.map((line) => JSON.parse(line) as LogEvent),
  }
}

test('an event is one JSON line with time, level, logger and context', () => {
  const { logger, lines } = logging()
  logger.named('acme.Sink').within('my-sink|task-0').warn('two\nlines')
  assert.deepEqual(lines, [
    '{"level":"warn","time":"2026-01-02T03:04:05.678Z","logger":"acme.Sink",' +
      '"context":"my-sink|task-0","msg":"two\\nlines"}\n',
  ])
})

test('an error is a field with its code, stack and cause, and nothing else it carries', () => {
  const { logger, events } = logging()
  const cause = Object.assign(new Error('refused'), { password: 'secret' })
  logger.error('gone', new ConnectError('no broker', { code: 'KAFKA_UNAVAILABLE', cause }))
  const err = events()[0]?.err
  assert.equal(err?.code, 'KAFKA_UNAVAILABLE')
  assert.equal(err?.message, 'no broker')
  assert.match(err?.stack ?? '', /logger\.test\.ts/)
  assert.deepEqual(Object.keys(err?.cause ?? {}), ['type', 'message', 'stack'])
})

test('something thrown that is no error is logged as its text', () => {
  const { logger, events } = logging()
  logger.error('odd', 'just text')
  assert.equal(events()[0]?.err?.message, 'just text')
})

test('a level reaches loggers that exist already and everything below its namespace', () => {
  const { logger, registry, events } = logging()
  const task = logger.named('acme.a.Task')
  const neighbour = logger.named('acme.ab')
  task.debug('before')
  assert.deepEqual(registry.setLevel('acme.a', 'DEBUG'), ['acme.a', 'acme.a.Task'])
  task.debug('after')
  neighbour.debug('never')
  logger.named('acme.a.Later').debug('inherited')
  assert.deepEqual(
    events().map(({ msg }) => msg),
    ['after', 'inherited'],
  )
})

test('OFF silences errors; root in any case is the root logger', () => {
  const { logger, registry, lines } = logging()
  logger.named('acme')
  assert.deepEqual(registry.setLevel('ROOT', 'OFF'), ['acme', 'root'])
  logger.named('acme').error('unheard')
  assert.deepEqual(lines, [])
  assert.equal(registry.get('Root')?.level, 'OFF')
})

test('the registry tells when a level was changed, and only loggers whose level did change', () => {
  const { logger, registry } = logging()
  logger.named('acme')
  assert.equal(registry.get('acme')?.lastModified, null)
  registry.setLevel('acme', 'WARN')
  assert.equal(registry.get('acme')?.lastModified, clock.now())
  assert.deepEqual(registry.setLevel('acme', 'WARN'), [])
  assert.equal(registry.get('acme.unknown'), null)
  assert.deepEqual([...registry.list().keys()], ['acme', 'root'])
})

test('on a terminal an expected failure is one line, a bug shows its stack', () => {
  const { logger, lines } = logging({ format: 'pretty' })
  const cause = new ConnectError('refused', { code: 'KAFKA' })
  const expected = new ConnectError('no broker', { code: 'KAFKA_UNAVAILABLE', cause })
  logger.named('org.acme.Worker').within('a|task-1').error('start failed', expected)
  assert.deepEqual(lines, [
    '03:04:05.678 ERROR [a|task-1] start failed: no broker: refused (Worker)\n',
  ])
  logger.error('bug', new TypeError('oops'))
  assert.match(lines[1] ?? '', /^03:04:05\.678 ERROR bug: oops \(root\)\n {4}at /)
})

test('text from outside can neither add a line nor colour the terminal', () => {
  const { logger, lines } = logging({ format: 'pretty' })
  logger.info('name \u001b[31mred\r\n03:04:05.678 ERROR forged')
  assert.equal(lines.join('').split('\n').length, 2)
  assert.ok(!lines.join('').includes('\u001b'))
})

test('colours are used where asked for', () => {
  const { logger, lines } = logging({ format: 'pretty', colors: true })
  logger.error('x')
  assert.ok(lines[0]?.includes('\u001b[31mERROR'))
})
