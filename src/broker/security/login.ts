import { errorCode } from '../../protocol/error-codes.ts'
import { LoginRefused } from './login-refused.ts'
import { plainExchange } from './plain.ts'
import { scramExchange } from './scram.ts'
import type { Users } from './users.ts'

/** The broker's side of one mechanism. */
export interface Exchange {
  /** @throws LoginRefused */
  step(message: Buffer): {
    readonly answer: Buffer
    /** Who has logged in; null while there is more to say. */
    readonly user: string | null
  }
}

const mechanisms: Readonly<Record<string, (users: Users) => Exchange>> = {
  PLAIN: plainExchange,
  'SCRAM-SHA-256': (users) => scramExchange(users, 'sha256'),
  'SCRAM-SHA-512': (users) => scramExchange(users, 'sha512'),
}

export const mechanismNames: readonly string[] = Object.keys(mechanisms)

/** Whether one connection may ask for anything: only once its client has logged in. */
export class Login {
  readonly #users: Users
  #exchange: Exchange | null = null
  #user: string | null = null

  constructor(users: Users) {
    this.#users = users
  }

  get isDone(): boolean {
    return this.#user !== null
  }

  /** Chooses the mechanism. @returns An error code. */
  begin(mechanism: string): number {
    if (this.#exchange !== null) return errorCode.ILLEGAL_SASL_STATE
    const start = Object.hasOwn(mechanisms, mechanism) ? mechanisms[mechanism] : undefined
    if (start === undefined) return errorCode.UNSUPPORTED_SASL_MECHANISM
    this.#exchange = start(this.#users)
    return errorCode.NONE
  }

  /** @returns The answer to a message of the mechanism. @throws LoginRefused */
  step(message: Buffer): Buffer {
    if (this.#exchange === null) throw new LoginRefused('no mechanism was chosen')
    const { answer, user } = this.#exchange.step(message)
    this.#user = user
    return answer
  }
}
