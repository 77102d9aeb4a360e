import type { VectorCase } from '../../acceptance/vectors/case.ts'
import type { Outcome } from '../../acceptance/vectors/compare.ts'

interface KnownDifference {
  readonly reason: string
  holds(vector: VectorCase & { readonly bytes?: string }, actual: string): boolean | undefined
}

/** Differences to the reference that are meant to be; docs/internals/coverage.md explains them. */
const known: readonly KnownDifference[] = [
  {
    reason: 'regular expressions that have no JavaScript form are refused',
    holds: (_, actual) =>
      /do(?:es)? not work here|There is no group|Nothing to repeat|Invalid (?:property|group|capture|quantifier)/.test(
        actual,
      ),
  },
  {
    reason: 'values and defaults that their schema rules out: the reference finds them later',
    holds: ({ expect }) =>
      failuresIn(expect).some(
        ({ class: name, message }) =>
          name === 'java.lang.ClassCastException' ||
          /^Invalid (?:Java object for schema|value: null used)/.test(message ?? ''),
      ),
  },
  {
    reason: 'the identity hash of bytes, in base64',
    holds: ({ expect }) => latin1(expect['bytes']).replaceAll('\0', '').includes('[B@'),
  },
  {
    reason: 'malformed bytes right after null, true or false',
    holds: ({ bytes }) => /^(?:null|true|false)\xc0/.test(latin1(bytes)),
  },
  {
    reason: 'objects have keys that look like indices first',
    holds: (_, actual) => hasIndexKey(actual),
  },
  {
    reason:
      'a limit of a range that is a double without fraction: the file of cases loses the point',
    holds: (_, actual) => /Value must be (?:no more than|at least) \d+"/.test(actual),
  },
  {
    reason: 'dates of millions of years: the calendar of the reference overflows',
    holds: ({ id }, actual) =>
      id.startsWith('timestamp') || id.startsWith('transforms/Timestamp')
        ? /\d{10}/.test(actual) && /expected "-?\d+", got "-?\d+"/.test(actual)
        : undefined,
  },
  {
    reason: 'source partitions come in the order in which they were written',
    holds: ({ op }, actual) =>
      (op === 'offsetTopic.read' || op === 'offsetFile.read') && onlyAbout('partitions', actual),
  },
  {
    reason: 'damaged offset files are refused, or used as far as they are whole, never passed over',
    holds: ({ op, expect }, actual) =>
      op === 'offsetFile.read' &&
      (actual.includes('is not one of Kafka Connect') ||
        expect.error?.class === 'java.lang.OutOfMemoryError' ||
        ('partitions' in expect && !JSON.stringify(expect['partitions']).includes('{"map"'))),
  },
  {
    reason: 'less than no tasks: the reference fails when it is asked',
    holds: ({ expect }) => expect.error?.message?.startsWith('Illegal Capacity') ?? false,
  },
  {
    reason: 'objects are told as LinkedHashMap, also where a transformation made them anew',
    holds: ({ op }, actual) => op === 'chain' && differsOnlyBy('Linked', actual),
  },
  {
    reason: 'connectors that are gone are not told as inconsistent',
    holds: (vector, actual) =>
      vector.op === 'configTopic.read' && onlyAbout('inconsistent', actual),
  },
  {
    reason: 'offsets of the config topic are numbers',
    holds: (vector, actual) =>
      vector.op.startsWith('group.') && /expected "-?\d{16,}"/.test(actual),
  },
  {
    reason: 'malformed UTF-16 that ends within a character: Node.js replaces each part of it',
    holds: (vector, actual) =>
      JSON.stringify(vector).includes('"converter.encoding":"UTF-16') &&
      /expected "[^"]*\ufffd", got "[^"]*\ufffd\ufffd"$/.test(actual),
  },
  {
    reason: 'character sets that Node does not have are refused',
    holds: (_, actual) => actual.includes('Unsupported encoding'),
  },
]

interface Failure {
  readonly class: string
  readonly message: string | null
}

function failuresIn(expect: Outcome): readonly Failure[] {
  const outcomes = [expect, ...((expect['results'] ?? []) as Array<Outcome | null>)]
  return outcomes.flatMap((outcome) => outcome?.error ?? [])
}

function onlyAbout(part: string, actual: string): boolean {
  const lines = actual.split('\n').slice(1)
  return lines.every((line) => line.startsWith(`  ${part}.`))
}

function differsOnlyBy(word: string, actual: string): boolean {
  const lines = actual.split('\n').slice(1)
  return lines.every((line) => {
    const [, expected, got] = /: expected (.*), got (.*)$/.exec(line) ?? []
    return expected !== undefined && expected.replaceAll(word, '') === got?.replaceAll(word, '')
  })
}

function latin1(base64: unknown): string {
  return Buffer.from(String(base64), 'base64').toString('latin1')
}

function hasIndexKey(actual: string): boolean {
  return /\[\{"string":"(?:0|[1-9]\d*)"\},/.test(actual)
}

export function isKnown(vector: VectorCase, actual: string): boolean {
  return known.some((difference) => difference.holds(vector, actual) === true)
}
