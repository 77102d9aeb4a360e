import { ConnectError } from '../base/errors.ts'

/** @param what Such as `Task name-0`. */
export function alreadyThere(what: string): ConnectError {
  return new ConnectError(`${what} already exists in this worker`, { code: 'CONNECT_FAILED' })
}

export function notThere(connector: string): ConnectError {
  return new ConnectError(`Connector ${connector} not found in this worker.`, {
    code: 'CONNECT_FAILED',
  })
}
