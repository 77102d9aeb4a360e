import { ConnectError } from '../../base/errors.ts'

/** Says what did not come when the time is over. */
export interface Deadline {
  /** From now on `what` is awaited, such as `the worker to start`. */
  step(what: string): void
  /** All has come. */
  met(): void
  /** Rejects when the time is over. */
  readonly passed: Promise<never>
}

export function startDeadline(durationMs: number): Deadline {
  let step = ''
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const message = `waited ${durationMs / 1000} s for ${step}, in vain; MILLRACE_LOG_LEVEL=DEBUG tells more`
    reject(new ConnectError(message, { code: 'CONNECT_FAILED' }))
  }, durationMs)
  return {
    step(what) {
      step = what
    },
    met: () => clearTimeout(timer),
    passed: promise,
  }
}
