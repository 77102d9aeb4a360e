import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { VectorCase } from '../../acceptance/vectors/case.ts'
import { differenceOf, readVectors } from '../../acceptance/vectors/check.ts'
import { kafkaHome } from '../../helpers/apache-kafka.ts'
import { Random } from '../random.ts'
import { chain, chainParts } from './chain.ts'
import { generators, type Input } from './generate.ts'
import { isKnown } from './known.ts'
import { mutated, poolOf } from './mutate.ts'
import { wireInputs } from './wire.ts'

const NO_LOG = 'org.apache.logging.log4j.level=OFF'
const vectors = join(import.meta.dirname, '../../acceptance/vectors')

export interface Difference {
  readonly area: string
  readonly vector: VectorCase
  readonly text: string
}

/** How many of the cases are chains of transformations. */
const CHAINS = 0.05

/**
 * Runs random cases on the classes of Apache Kafka Connect and on Millrace's. One half is made
 * from nothing, the other are changed cases of the acceptance vectors, and chains of them.
 * @returns The cases whose outcomes differ.
 */
export async function compareRandomCases(seed: number, count: number): Promise<Difference[]> {
  const random = new Random(seed)
  const shown = shownSuites()
  const areas = Object.entries(generators)
  const parts = chainParts(shown.flatMap(({ cases }) => cases))
  const inputs = Array.from({ length: count }, (_, index): Input => {
    if (random.chance(CHAINS)) return { id: `chain ${index}`, ...chain(parts, random) }
    if (index % 2 === 0) {
      const [area, generate] = random.pick(areas)
      return { id: `${area} ${index}`, ...generate(random) }
    }
    const suite = random.pick(shown)
    return { ...mutated(suite, random), id: `${suite.name} ${index}` } as unknown as Input
  })
  return differencesOf('Recorder', inputs)
}

/** As above, of what workers read from and write to groups, internal topics and offset files. */
export function compareWireCases(seed: number, count: number): Promise<Difference[]> {
  const shown = readVectors(join(vectors, 'wire.json')).cases
  return differencesOf('WireRecorder', wireInputs(shown, count, new Random(seed)))
}

async function differencesOf(recorder: string, inputs: readonly Input[]): Promise<Difference[]> {
  const differences: Difference[] = []
  for await (const vector of recorded(recorder, inputs)) {
    const text = await differenceOf(withoutWording(vector))
    if (text !== null && !isKnown(vector, text))
      differences.push({ area: vector.id.replace(/ \d+$/, ''), vector, text })
  }
  return differences
}

function shownSuites() {
  return globSync('**/*.json', { cwd: vectors })
    .filter((file) => file !== 'wire.json')
    .sort()
    .map((file) => {
      const { suite, cases } = readVectors(join(vectors, file))
      return { name: suite, cases, pool: poolOf(cases) }
    })
}

/** The cases with the outcomes of the reference. */
async function* recorded(recorder: string, inputs: readonly Input[]): AsyncGenerator<VectorCase> {
  const settings = ['user.timezone=UTC', 'user.language=en', 'user.country=US', NO_LOG]
  const options = [...settings.map((setting) => `-D${setting}`), '-Xmx512m']
  const program = join(import.meta.dirname, `../reference/${recorder}.java`)
  const java = spawn('java', ['-cp', join(kafkaHome, 'lib/*'), ...options, program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  java.stdin.end(inputs.map((input) => `${asciiJson(input)}\n`).join(''))
  for await (const line of createInterface({ input: java.stdout })) {
    yield JSON.parse(line) as VectorCase
  }
}

/** How the Java machine words a bad regular expression or file is no part of the behaviour. */
function withoutWording(vector: VectorCase): VectorCase {
  const { error } = vector.expect
  if (error?.message?.startsWith('java.io.')) {
    return { ...vector, expect: { ...vector.expect, error: { ...error, jvmWording: true } } }
  }
  const [known, wording] = error?.message?.split(/(?<=Invalid regex: )/) ?? []
  if (error === undefined || known === undefined || wording === undefined) return vector
  const prefix = { ...error, message: known, messageIs: 'prefix' as const }
  return { ...vector, expect: { ...vector.expect, error: prefix } }
}

/** Lone surrogates only survive as escapes. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
