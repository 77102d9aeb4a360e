import { decodeError, encodeError, type WireError } from './wire-error.ts'

/** What this side of a port needs of it; a Worker and a MessagePort both have it. */
export interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}

type Methods<T> = { readonly [K in keyof T]: (...args: never[]) => unknown }

export type MethodTable = Readonly<Record<string, (...args: unknown[]) => unknown>>

type Message =
  | {
      readonly kind: 'call'
      readonly id: number
      readonly method: string
      readonly args: unknown[]
    }
  | { readonly kind: 'send'; readonly method: string; readonly args: unknown[] }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: WireError }

/**
 * Calls methods of the other end of a port, and lets it call those given here. Calls arrive in the
 * order in which they were made.
 */
export class Peer<Remote extends Methods<Remote>> {
  readonly #port: Port
  readonly #methods: MethodTable
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>()
  #callId = 0
  #closedBy: Error | null = null

  constructor(port: Port, methods: object) {
    this.#port = port
    this.#methods = methods as MethodTable
    port.on('message', (message) => this.#received(message as Message))
  }

  /** @throws what the method threw, with code and stack; or the error of `close`. */
  call<K extends keyof Remote & string>(
    method: K,
    ...args: Parameters<Remote[K]>
  ): Promise<Awaited<ReturnType<Remote[K]>>> {
    if (this.#closedBy !== null) return Promise.reject(this.#closedBy)
    const id = ++this.#callId
    const answer = Promise.withResolvers<unknown>()
    this.#pending.set(id, answer)
    this.#post({ kind: 'call', id, method, args })
    return answer.promise as Promise<Awaited<ReturnType<Remote[K]>>>
  }

  /** A call that nobody waits for. */
  send<K extends keyof Remote & string>(method: K, ...args: Parameters<Remote[K]>): void {
    this.#post({ kind: 'send', method, args })
  }

  /** From now on nothing is sent, and nothing that arrives counts; open calls fail with `error`. */
  close(error: Error): void {
    this.#closedBy ??= error
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }

  #received(message: Message): void {
    if (this.#closedBy !== null) return
    switch (message.kind) {
      case 'call':
        void this.#answer(message.id, message.method, message.args)
        return
      case 'send':
        this.#methods[message.method]?.(...message.args)
        return
      case 'answer':
        this.#settled(message.id)?.resolve(message.value)
        return
      case 'failure':
        this.#settled(message.id)?.reject(decodeError(message.error))
    }
  }

  async #answer(id: number, method: string, args: readonly unknown[]): Promise<void> {
    try {
      this.#post({ kind: 'answer', id, value: await this.#methods[method]?.(...args) })
    } catch (error) {
      this.#post({ kind: 'failure', id, error: encodeError(error) })
    }
  }

  #settled(id: number): PromiseWithResolvers<unknown> | undefined {
    const answer = this.#pending.get(id)
    this.#pending.delete(id)
    return answer
  }

  #post(message: Message): void {
    if (this.#closedBy === null) this.#port.postMessage(message)
  }
}
