import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Exchange } from './login.ts'
import { LoginRefused } from './login-refused.ts'
import { hash, hmac, type ScramCredentials, type ScramDigest } from './scram-credentials.ts'
import type { Users } from './users.ts'

const NONCE_BYTES = 24
const FIRST = /^([ny],(?:a=([^,]*))?,)(n=([^,]*),r=([^,]+)(?:,.*)?)$/
const FINAL = /^(c=([^,]*),r=([^,]*)(?:,[^,]*)*),p=([^,]*)$/

/** A client that has said who it is and now has to prove it. */
interface Claim {
  readonly user: string
  readonly credentials: ScramCredentials
  /** The client's beginning up to its name, which it repeats. */
  readonly header: string
  readonly nonce: string
  /** What the client said of itself, which both sides sign. */
  readonly bare: string
  readonly challenge: string
}

/** Two messages: who, and a proof of the password, which itself isn't sent. @see RFC 5802 */
export function scramExchange(users: Users, digest: ScramDigest): Exchange {
  let claim: Claim | null = null
  return {
    step(message) {
      if (claim !== null) return prove(claim, digest, message.toString())
      claim = claimIn(message.toString(), users, digest)
      return { answer: Buffer.from(claim.challenge), user: null }
    },
  }
}

function claimIn(message: string, users: Users, digest: ScramDigest): Claim {
  const match = FIRST.exec(message)
  if (match === null) throw notScram()
  const [, header = '', identity, bare = '', name = '', clientNonce = ''] = match
  const user = name.replaceAll('=2C', ',').replaceAll('=3D', '=')
  const credentials = users.scram(user, digest)
  if (credentials === null || (identity ?? name) !== name) throw invalid()
  const nonce = clientNonce + randomBytes(NONCE_BYTES).toString('base64url')
  const challenge = `r=${nonce},s=${credentials.salt.toString('base64')},i=${credentials.rounds}`
  return { user, credentials, header, nonce, bare, challenge }
}

function prove(claim: Claim, digest: ScramDigest, message: string) {
  const { user, credentials, header, nonce, bare, challenge } = claim
  const match = FINAL.exec(message)
  if (match === null) throw notScram()
  const [, unproved = '', binding = '', repeated = '', proof = ''] = match
  if (Buffer.from(binding, 'base64').toString() !== header || repeated !== nonce) throw notScram()
  const signed = `${bare},${challenge},${unproved}`
  const signature = hmac(digest, credentials.storedKey, signed)
  const given = Buffer.from(proof, 'base64')
  const clientKey = signature.map((byte, index) => byte ^ (given[index] ?? 0))
  const isProved =
    given.length === signature.length &&
    timingSafeEqual(hash(digest, clientKey), credentials.storedKey)
  if (!isProved) throw invalid()
  const verifier = hmac(digest, credentials.serverKey, signed).toString('base64')
  return { answer: Buffer.from(`v=${verifier}`), user }
}

function notScram(): LoginRefused {
  return new LoginRefused('the message is not that of a SCRAM client')
}

function invalid(): LoginRefused {
  return new LoginRefused('invalid user name or password')
}
