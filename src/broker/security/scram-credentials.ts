import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

export type ScramDigest = 'sha256' | 'sha512'

/** What a server keeps in the place of a password. @see RFC 5802, section 3 */
export interface ScramCredentials {
  readonly salt: Buffer
  readonly rounds: number
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

/** As few as Apache Kafka allows, as the passwords are in memory anyhow. */
const ROUNDS = 4096
const SALT_BYTES = 24

export function scramCredentials(digest: ScramDigest, password: string): ScramCredentials {
  const salt = randomBytes(SALT_BYTES)
  const keyBytes = hash(digest, '').length
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ROUNDS, keyBytes, digest)
  return {
    salt,
    rounds: ROUNDS,
    storedKey: hash(digest, hmac(digest, salted, 'Client Key')),
    serverKey: hmac(digest, salted, 'Server Key'),
  }
}

export function hmac(digest: ScramDigest, key: Buffer, text: string): Buffer {
  return createHmac(digest, key).update(text).digest()
}

export function hash(digest: ScramDigest, bytes: Uint8Array | string): Buffer {
  return createHash(digest).update(bytes).digest()
}
