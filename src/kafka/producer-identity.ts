export interface Identity {
  readonly producerId: number
  readonly producerEpoch: number
}

/** How brokers know a producer that numbers its batches; they are numbered per identity. */
export class ProducerIdentity {
  readonly #request: () => Promise<Identity>
  readonly #onChanged: () => void
  #current: Identity | null = null

  /** @param onChanged The numbering begins anew. */
  constructor(request: () => Promise<Identity>, onChanged: () => void) {
    this.#request = request
    this.#onChanged = onChanged
  }

  /** null until there is one, and again after `invalidate`. */
  get current(): Identity | null {
    return this.#current
  }

  /** A batch that was numbered will never arrive: what follows needs a new numbering. */
  invalidate(): void {
    this.#current = null
  }

  /** @throws ConnectError KAFKA_UNAVAILABLE, or KAFKA when the broker refuses. */
  async obtain(): Promise<void> {
    this.renew(await this.#request())
  }

  /** The broker gave another one unasked. */
  renew(identity: Identity): void {
    this.#current = identity
    this.#onChanged()
  }
}
