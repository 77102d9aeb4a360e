import { ConnectError } from '../sdk/index.ts'

/** Bytes that are not JSON; the cause tells why. */
export function parseError(problem: string): ConnectError {
  return wrapped(
    'Converting byte[] to Kafka Connect data failed due to serialization error: ',
    problem,
  )
}

/** A value that can't be written as JSON; the cause tells why. */
export function writeError(problem: string): ConnectError {
  return wrapped(
    'Converting Kafka Connect data to byte[] failed due to serialization error: ',
    problem,
  )
}

function wrapped(message: string, problem: string): ConnectError {
  const cause = new ConnectError(problem, { code: 'SERIALIZATION' })
  return new ConnectError(message, { code: 'DATA_INVALID', cause })
}
