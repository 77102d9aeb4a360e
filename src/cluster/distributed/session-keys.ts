import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { ConnectError } from '../../base/errors.ts'
import type { RequestSignature } from '../herder.ts'
import type { SessionKey } from './config-records.ts'

/** Settings of the keys that workers sign requests among each other with. */
export interface SessionKeySettings {
  /** `inter.worker.key.ttl.ms` */
  readonly ttlMs: number
  /** `inter.worker.key.generation.algorithm`, and its length from `inter.worker.key.size`. */
  readonly keyAlgorithm: string
  readonly keyBytes: number
  /** `inter.worker.signature.algorithm` */
  readonly signatureAlgorithm: string
  /** `inter.worker.verification.algorithms` */
  readonly verificationAlgorithms: readonly string[]
}

interface MacAlgorithm {
  /** Name of the digest in Node. */
  readonly digest: string
  /** Length of the keys that Java makes when nobody says. */
  readonly keyBytes: number
}

/** By Java's names. */
const macAlgorithms: Readonly<Record<string, MacAlgorithm>> = {
  HmacMD5: { digest: 'md5', keyBytes: 64 },
  HmacSHA1: { digest: 'sha1', keyBytes: 64 },
  HmacSHA224: { digest: 'sha224', keyBytes: 28 },
  HmacSHA256: { digest: 'sha256', keyBytes: 32 },
  HmacSHA384: { digest: 'sha384', keyBytes: 48 },
  HmacSHA512: { digest: 'sha512', keyBytes: 64 },
}

/** Names of the algorithms that there are; case does not matter. */
export const macNames = Object.keys(macAlgorithms)

/** @returns null for an algorithm that this worker does not have. */
export function macAlgorithm(name: string): MacAlgorithm | null {
  const known = macNames.find((each) => each.toLowerCase() === name.toLowerCase())
  return macAlgorithms[known ?? ''] ?? null
}

export function newSessionKey(settings: SessionKeySettings, nowMs: number): SessionKey {
  const { keyAlgorithm, keyBytes } = settings
  return { key: randomBytes(keyBytes), algorithm: keyAlgorithm, createdMs: nowMs }
}

/** When the leader has to write another key: at once for one that does not fit the settings. */
export function keyExpiryMs(key: SessionKey | null, settings: SessionKeySettings): number {
  if (key === null || key.algorithm !== settings.keyAlgorithm) return 0
  if (key.key.length !== settings.keyBytes) return 0
  return settings.ttlMs === 0 ? Number.POSITIVE_INFINITY : key.createdMs + settings.ttlMs
}

/** Headers that prove a request of this worker to others. */
export function signatureHeaders(
  body: Buffer,
  key: SessionKey,
  algorithm: string,
): Readonly<Record<string, string>> {
  return {
    'X-Connect-Authorization': macOf(body, key, algorithm).toString('base64'),
    'X-Connect-Request-Signature-Algorithm': algorithm,
  }
}

/**
 * Checks that a request comes from a worker of this cluster.
 * @throws ConnectError BAD_REQUEST, NOT_READY before there is a key, FORBIDDEN.
 */
export function verifySignature(
  signature: RequestSignature | null,
  key: SessionKey | null,
  { verificationAlgorithms }: SessionKeySettings,
): void {
  if (signature === null) throw badRequest('Internal request missing required signature')
  const { algorithm, mac, body } = signature
  if (!verificationAlgorithms.includes(algorithm)) {
    throw badRequest(
      `This worker does not support the '${algorithm}' key signing algorithm used by other workers. This worker is currently configured to use: [${verificationAlgorithms.join(', ')}]. Check that all workers' configuration files permit the same set of signature algorithms, and correct any misconfigured worker and restart it.`,
    )
  }
  if (key === null) {
    throw new ConnectError(
      'This worker is still starting up and has not been able to read a session key from the config topic yet',
      { code: 'NOT_READY' },
    )
  }
  const expected = macOf(body, key, algorithm)
  if (expected.length === mac.length && timingSafeEqual(expected, mac)) return
  throw new ConnectError('Internal request contained invalid signature.', { code: 'FORBIDDEN' })
}

function macOf(body: Buffer, { key }: SessionKey, algorithm: string): Buffer {
  const known = macAlgorithm(algorithm)
  if (known === null) throw new TypeError(`unknown algorithm ${algorithm}`)
  return createHmac(known.digest, key).update(body).digest()
}

function badRequest(message: string): ConnectError {
  return new ConnectError(message, { code: 'BAD_REQUEST' })
}
