const brand = Symbol.for('millrace.NotReady')

/**
 * What a converter throws that has to wait first, such as for the answer of a schema registry. The
 * worker waits for `ready` and converts the same record again; where `ready` rejects, that is why
 * the record could not be converted. So what is known already is converted without a promise.
 */
export class NotReady extends Error {
  override readonly name = 'NotReady'
  readonly [brand] = true
  readonly ready: Promise<unknown>

  constructor(message: string, ready: Promise<unknown>) {
    super(message)
    this.ready = ready
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
}

/** Does `work`, again each time that what it waits for is there. */
export async function whenReady<T>(work: () => T): Promise<T> {
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof NotReady)) throw error
      await error.ready
    }
  }
}
