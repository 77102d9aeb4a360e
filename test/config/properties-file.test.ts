import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseProperties, readPropertiesFile } from '../../src/config/properties-file.ts'

// Each outcome was compared with java.util.Properties.
const cases: ReadonlyArray<[what: string, text: string, expected: Record<string, string>]> = [
  [
    'every separator',
    'a=1\nb:2\nc 3\nd\t=\t4\ne = = 5',
    { a: '1', b: '2', c: '3', d: '4', e: '= 5' },
  ],
  ['comments and blank lines', '# x=1\n  ! y=2\n\n \t\nz=3', { z: '3' }],
  ['a comment sign within a value', 'a=1 # not a comment', { a: '1 # not a comment' }],
  ['a key without value', 'alone\nsecond=', { alone: '', second: '' }],
  ['blanks at the end of a value', 'a= x \t\nb=y', { a: 'x \t', b: 'y' }],
  ['continued lines, also with CRLF', 'a=1,\\\r\n   2,\\\n\t3\r\nb=4', { a: '1,2,3', b: '4' }],
  ['a key that goes on in the next line', 'lo\\\n  ng=1', { long: '1' }],
  ['an escaped backslash at the end', 'a=c:\\\\\nb=2', { a: 'c:\\', b: '2' }],
  ['escapes', 'a\\ b\\=\\:=\\t\\n\\u00e9\\x', { 'a b=:': '\t\né' + 'x' }],
  ['the last of repeated keys', 'a=1\na=2', { a: '2' }],
  ['a comment after a lone backslash', '\\\n# no\na=1', { a: '1' }],
  ['old Mac line ends', 'a=1\rb=2', { a: '1', b: '2' }],
]

for (const [what, text, expected] of cases) {
  test(`properties: ${what}`, () => {
    assert.deepEqual(parseProperties(text), expected)
  })
}

test('a key that objects have anyway is a key like another', () => {
  assert.deepEqual(Object.entries(parseProperties('__proto__=1')), [['__proto__', '1']])
})

test('a file is read as ISO-8859-1, and a malformed escape is told with the file', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'properties-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const good = join(folder, 'good.properties')
  writeFileSync(good, Buffer.from([0x61, 0x3d, 0xe9]))
  assert.deepEqual(await readPropertiesFile(good), { a: 'é' })
  const bad = join(folder, 'bad.properties')
  writeFileSync(bad, 'a=\\u12')
  await assert.rejects(readPropertiesFile(bad), {
    code: 'CONFIG_INVALID',
    message: `${bad}: Malformed \\uxxxx encoding: \\u12`,
  })
})
