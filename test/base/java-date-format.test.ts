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

type Step = ['read', string, bigint | null] | ['write', bigint, string]

// Recorded as above: one object each, that reads and writes one after the other.
const zoneStories: ReadonlyArray<[pattern: string, ...steps: Step[]]> = [
  ['HH:mm:ss z', ['read', '10:00:00 PST', 64800000n], ['write', 64800000n, '10:00:00 PST']],
  [
    'yyyy-MM-dd HH:mm z',
    ['read', '2024-07-01 10:00 PST', 1719856800000n],
    ['write', 1719856800000n, '2024-07-01 11:00 PDT'],
    ['read', '2024-07-01 10:00 CEST', 1719820800000n],
    ['write', 0n, '1970-01-01 01:00 CET'],
    ['read', '2024-07-01 10:00 GMT+5:30', 1719808200000n],
    ['write', 0n, '1970-01-01 01:00 CET'],
    ['read', '2024-07-01 10:00 UTC', 1719828000000n],
    ['write', 0n, '1970-01-01 00:00 UTC'],
  ],
  ['z yyyy', ['read', 'EST no year', null], ['write', 0n, 'EST 1969']],
  [
    'zzzz Z X XX XXX',
    ['read', 'Newfoundland Daylight Time +0100 Z', null],
    ['write', 1719856800000n, 'Newfoundland Daylight Time -0230 -02 -0230 -02:30'],
  ],
  ['HH:mm z', ['read', '07:19 Irish Standard Time', 22740000n], ['read', '03:59 KOST', -28860000n]],
  [
    'yyyy-MM-dd HH:mm zzzz',
    ['read', '2024-05-01 08:00 China Standard Time', 1714521600000n],
    ['read', '2024-05-01 08:00 CST', 1714521600000n],
    ['write', -2208988800001n, '1900-01-01 07:59 China Standard Time'],
  ],
]

for (const [pattern, ...steps] of zoneStories) {
  test(`the zone that a text names stays with ${pattern}`, () => {
    const format = javaDateFormat(pattern)
    for (const step of steps) {
      const outcome = step[0] === 'read' ? format.parse(step[1]) : format.format(step[1])
      assert.equal(outcome, step[2], String(step[1]))
    }
  })
}
