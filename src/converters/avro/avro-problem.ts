import { ConnectError, messageOf } from '../../sdk/index.ts'
import { avroError } from './avro-schema.ts'

/** What is wrong with a value or its bytes; learns on its way out where that is. */
export class AvroProblem extends Error {
  /** Names of the fields that lead to it. */
  path = ''
}

/** The problem, known to be within `field`. */
export function inField(error: unknown, field: string): unknown {
  const problem = error instanceof ConnectError ? problemOf(error) : error
  if (problem instanceof AvroProblem) {
    problem.path = problem.path === '' ? field : `${field}.${problem.path}`
  }
  return problem
}

/**
 * Does `work`; a problem is thrown as users see it.
 * @param what Stands before the problem.
 */
export function tellingProblems<T>(what: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw toldProblem(error, what)
  }
}

/** The problem as users see it. */
export function toldProblem(error: unknown, what: string): unknown {
  if (!(error instanceof AvroProblem)) return error
  const where = error.path === '' ? '' : ` (field ${error.path})`
  return avroError(`${what}${error.message}${where}`, error.cause)
}

function problemOf(error: ConnectError): AvroProblem {
  return new AvroProblem(messageOf(error), { cause: error })
}
