import { readFileSync } from 'node:fs'
import { ConfigureFailure, type VectorCase, type VectorFile } from './case.ts'
import { encodeError, isSame, normalize, type Outcome } from './compare.ts'
import { differences } from './difference.ts'
import { operations } from './operations.ts'

export function readVectors(path: string): VectorFile {
  return JSON.parse(readFileSync(path, 'utf8')) as VectorFile
}

/** @returns null when the case passes, else the difference, readable. */
export async function differenceOf(vector: VectorCase): Promise<string | null> {
  const actual = await outcomeOf(vector)
  if (isSame(vector.expect, actual)) return null
  const { id: _id, op: _op, expect, ...input } = vector
  const places = differences(normalize(expect), normalize(actual))
  return [`input ${JSON.stringify(input)}`, ...places].map((line) => `  ${line}`).join('\n')
}

async function outcomeOf(vector: VectorCase): Promise<Outcome> {
  const run = operations[vector.op]
  if (run === undefined) throw new TypeError(`no operation ${vector.op}`)
  try {
    return await run(vector as never)
  } catch (error) {
    if (!(error instanceof ConfigureFailure)) return { error: encodeError(error) }
    return { error: encodeError(error.cause), stage: 'configure' }
  }
}
