import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from '../helpers/command.ts'

test('help names all commands, and each has its own', async () => {
  const { code, stdout } = await run('millrace', ['--help'])
  assert.equal(code, 0)
  const names = [...stdout.matchAll(/^ {2}(\S+) /gm)].map(([, name = '']) => name)
  assert.ok(names.includes('standalone') && names.includes('consume') && names.includes('produce'))
  for (const name of names) {
    const help = await run('millrace', [name, '--help'])
    assert.equal(help.code, 0)
    assert.match(help.stdout, new RegExp(`^Usage: millrace ${name} `))
  }
})

test("Apache's name for the worker prints its usage and ends with 1", async () => {
  for (const args of [[], ['--help'], ['worker.properties', '--help']]) {
    const { code, stdout } = await run('connect-standalone', args)
    assert.equal(code, 1)
    assert.match(stdout, /^USAGE: connect-standalone \[-daemon\] connect-standalone\.properties /)
  }
})

const wrong: ReadonlyArray<[args: string[], message: RegExp]> = [
  [['nope'], /^millrace: there is no command 'nope'\nSee 'millrace --help'\.\n$/],
  [['toString'], /there is no command 'toString'/],
  [['consume'], /^millrace: which topic\?\nSee 'millrace consume --help'\.\n$/],
  [['consume', 'a', 'b'], /one topic at a time, not also 'b'/],
  [['consume', 'a', '-n', 'x'], /-n takes a whole number from 0 upwards, not 'x'/],
  [['consume', 'a', '--form-beginning'], /Unknown option '--form-beginning'/],
  [['consume', 'a', '--command-property', 'x'], /--command-property takes KEY=VALUE, not 'x'/],
  [['produce', 'a', '--header', 'x'], /--header takes KEY:VALUE, not 'x'/],
  [['standalone'], /which worker file\?/],
  [['standalone', 'x', '--log-level', 'LOUD'], /there is no log level 'LOUD': one of OFF, .*ALL/],
]

for (const [args, message] of wrong) {
  test(`wrong arguments are told, with where to find help: ${args.join(' ')}`, async () => {
    const { code, stderr } = await run('millrace', args)
    assert.equal(code, 1)
    assert.match(stderr, message)
  })
}

test('a file of client properties that is not there is named', async () => {
  const { code, stderr } = await run('millrace', ['consume', 'a', '--command-config', 'nope'])
  assert.equal(code, 2)
  assert.match(stderr, /^millrace consume: nope: there is no such file \(seen from /)
})
