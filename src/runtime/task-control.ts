import { ConnectError } from '../base/errors.ts'
import type { TargetState } from './task-host.ts'

/** What the worker wants of a task at the moment. A loop looks at it between its steps. */
export class TaskControl {
  readonly #stop = new AbortController()
  readonly #cancel = new AbortController()
  #change = new AbortController()
  #target: TargetState

  constructor(target: TargetState) {
    this.#target = target
    if (target === 'STOPPED') this.stop()
  }

  get paused(): boolean {
    return this.#target === 'PAUSED'
  }

  get stopping(): boolean {
    return this.#stop.signal.aborted
  }

  /** True once the worker no longer waits for the task: nothing it does counts any more. */
  get cancelled(): boolean {
    return this.#cancel.signal.aborted
  }

  get stopSignal(): AbortSignal {
    return this.#stop.signal
  }

  get cancelSignal(): AbortSignal {
    return this.#cancel.signal
  }

  /** Aborts at the next change: stop, pause or resume. */
  get changeSignal(): AbortSignal {
    return this.#change.signal
  }

  setTarget(target: Exclude<TargetState, 'STOPPED'>): void {
    if (target === this.#target) return
    this.#target = target
    this.#changed()
  }

  stop(): void {
    if (this.stopping) return
    this.#stop.abort()
    this.#changed()
  }

  cancel(): void {
    this.stop()
    this.#cancel.abort()
  }

  #changed(): void {
    const change = this.#change
    if (!this.stopping) this.#change = new AbortController()
    change.abort()
  }
}

/** What a cancelled task gets for an answer when it asks its worker. */
export function cancelledTask(): ConnectError {
  return new ConnectError('The task was cancelled: its worker no longer waits for it', {
    code: 'WORKER_STATE',
  })
}

/** Resolves when `signal` aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Settles as `work` does, or resolves as soon as `signal` aborts. */
export async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const { promise: abort, resolve } = Promise.withResolvers<void>()
  const onAbort = () => resolve()
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) resolve()
  try {
    await Promise.race([work, abort])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
