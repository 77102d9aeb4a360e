import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareVersions, parseVersionRange } from '../../src/runtime/version-range.ts'

// From oldest to newest, as Maven orders them.
const ordered = ['1-alpha', '1-beta2', '1-rc1', '1-SNAPSHOT', '1.0', '1-sp', '1.0.1', '1.2', '1.10']

test('versions are ordered as in Maven', () => {
  assert.deepEqual([...ordered].reverse().sort(compareVersions), ordered)
  assert.equal(compareVersions('1', '1.0.0-ga'), 0)
})

const ranges: ReadonlyArray<[spec: string, text: string, inside: string[], outside: string[]]> = [
  ['4.3.1', '[4.3.1,4.3.1]', ['4.3.1', '4.3.1.0'], ['4.3', '4.3.2']],
  ['[1.0]', '[1.0,1.0]', ['1'], ['1.1']],
  ['[1.0,2.0)', '[1.0,2.0)', ['1.0', '1.9'], ['2.0', '0.9']],
  ['(,1.0],[1.2,)', '(,1.0],[1.2,)', ['0.1', '1.0', '1.2', '9'], ['1.1']],
  ['[1,1]', '[1,1]', ['1.0'], ['1.1']],
  [',', '(,)', ['0.1', '9'], []],
  [' ( 1 , 2 ] ', '(1,2]', ['2'], ['1']],
]
for (const [spec, text, inside, outside] of ranges) {
  test(`range ${spec}`, () => {
    const range = parseVersionRange(spec)
    assert.equal(`${range}`, text)
    for (const version of inside) assert.ok(range.includes(version), `${version} is inside`)
    for (const version of outside) assert.ok(!range.includes(version), `${version} is outside`)
  })
}

const invalid: ReadonlyArray<[spec: string, message: string]> = [
  ['[1.0', 'Unbounded range: [1.0'],
  ['(1.0)', 'Single version must be surrounded by []: (1.0)'],
  ['[1,1.0)', 'Range defies version ordering: [1,1.0)'],
  ['[2,1]', 'Range defies version ordering: [2,1]'],
  ['[1,3],[2,4]', 'Ranges overlap: [1,3],[2,4]'],
  ['[1,2],3', 'Only fully-qualified sets allowed in multiple set scenario: [1,2],3'],
]
for (const [spec, message] of invalid) {
  test(`range ${spec} is refused`, () => {
    assert.throws(() => parseVersionRange(spec), { code: 'CONFIG_INVALID', message })
  })
}
