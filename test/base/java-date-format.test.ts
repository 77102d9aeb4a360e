import assert from 'node:assert/strict'
import { test } from 'node:test'
import { javaDateFormat } from '../../src/base/java-date-format.ts'

// Recorded from java.text.SimpleDateFormat of JDK 17, UTC, en-US.
const written: ReadonlyArray<[pattern: string, epochMs: bigint, text: string]> = [
  ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", 1566570894346n, '2019-08-23T14:34:54.346Z'],
  ['EEE, d MMM yyyy h:mm a z', 1566570894346n, 'Fri, 23 Aug 2019 2:34 PM UTC'],
  ["YYYY-'W'ww-u", 1577664000000n, '2020-W01-1'],
  ['G yyyy-MM-dd', -62135769600001n, 'BC 0001-12-31'],
  ['yyyy-MM-dd', -12219292800001n, '1582-10-04'],
  ['yyyy-MM-dd', 9223372036854775807n, '292278994-08-17'],
  ["yy''MM", 0n, "70'01"],
]

for (const [pattern, epochMs, text] of written) {
  test(`${epochMs} is ${text} by ${pattern}`, () => {
    assert.equal(javaDateFormat(pattern).format(epochMs), text)
  })
}

const read: ReadonlyArray<[pattern: string, text: string, epochMs: bigint | null]> = [
  ['yyyy-MM-dd', '2019-13-45', 1581638400000n],
  ['yyyy-MM-dd', '2019-08-23 and more', 1566518400000n],
  ['yyyy-MM-dd', '2019/08/23', null],
  ['yyyyMMddHHmm', '201908231434', 1566570840000n],
  ['yyyy-DDD', '2024-060', 1709164800000n],
  ['h:mm a', '12:05 am', 300000n],
  ['yyyy-MM-dd HH:mm Z', '2019-08-23 14:34 +0200', 1566563640000n],
  ['HH:mm z', '10:00 PST', 64800000n],
  ['EEEE d MMMM yyyy', 'friday 23 AUGUST 2019', 1566518400000n],
  ['dd/MM/yyyy', '', null],
]

for (const [pattern, text, epochMs] of read) {
  test(`'${text}' is ${epochMs} by ${pattern}`, () => {
    assert.equal(javaDateFormat(pattern).parse(text), epochMs)
  })
}

test('a wrong pattern is refused in the words of the reference', () => {
  for (const [pattern, message] of [
    ['yyyy-bb', "Illegal pattern character 'b'"],
    ["yyyy'T", 'Unterminated quote'],
    ['XXXX', 'invalid ISO 8601 format: length=4'],
  ] as const) {
    assert.throws(() => javaDateFormat(pattern), { code: 'ILLEGAL_ARGUMENT', message })
  }
})
