import type { Outcome } from './compare.ts'

/** One case of a vector file; the other keys are the input of its operation. */
export interface VectorCase {
  readonly id: string
  readonly op: string
  readonly expect: Outcome
}

export interface VectorFile {
  readonly suite: string
  readonly cases: readonly VectorCase[]
}

/** Decodes the input of a case, runs it and encodes the outcome. */
export type Operation = (input: never) => Outcome | Promise<Outcome>

/** A failure while something was configured, before the operation proper. */
export class ConfigureFailure extends Error {}

export function configure<T>(step: () => T): T {
  try {
    return step()
  } catch (error) {
    throw new ConfigureFailure('not configured', { cause: error })
  }
}
