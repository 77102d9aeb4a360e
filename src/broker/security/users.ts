import { createHash, timingSafeEqual } from 'node:crypto'
import { type ScramCredentials, type ScramDigest, scramCredentials } from './scram-credentials.ts'

/** Who may log in. */
export class Users {
  readonly #passwords: ReadonlyMap<string, string>
  readonly #scram = new Map<string, ScramCredentials>()

  /** @param passwords By user names. */
  constructor(passwords: Readonly<Record<string, string>>) {
    this.#passwords = new Map(Object.entries(passwords))
  }

  isPassword(user: string, password: string): boolean {
    const expected = this.#passwords.get(user)
    return expected !== undefined && timingSafeEqual(digestOf(expected), digestOf(password))
  }

  /** null for an unknown user. Takes some milliseconds the first time. */
  scram(user: string, digest: ScramDigest): ScramCredentials | null {
    const password = this.#passwords.get(user)
    if (password === undefined) return null
    const key = `${digest} ${user}`
    const credentials = this.#scram.get(key) ?? scramCredentials(digest, password)
    this.#scram.set(key, credentials)
    return credentials
  }
}

/** Two of them take the same time to compare, whatever they are of. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
