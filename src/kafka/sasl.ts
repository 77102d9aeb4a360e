import { ConnectError } from '../base/errors.ts'

/** Sends one message of the login and gives the broker's answer. */
type Step = (message: Buffer) => Promise<Buffer>

/** How a client proves who it is. @throws ConnectError KAFKA_AUTHENTICATION */
export interface Mechanism {
  readonly name: string
  run(step: Step): Promise<void>
}

export function plain(username: string, password: string): Mechanism {
  return {
    name: 'PLAIN',
    async run(step) {
      await step(Buffer.from(`\0${username}\0${password}`))
    },
  }
}

/** @param token Asked for at each login. */
export function oauthBearer(token: () => Promise<string>): Mechanism {
  return {
    name: 'OAUTHBEARER',
    async run(step) {
      const answer = await step(Buffer.from(`n,,\x01auth=Bearer ${await token()}\x01\x01`))
      if (answer.length === 0) return
      // The broker refuses with a reason and waits for this before it closes the login.
      await step(Buffer.from('\x01'))
      throw refused(answer.toString())
    },
  }
}

/** @see RFC 5802 */
export function scram(
  digest: 'sha256' | 'sha512',
  username: string,
  password: string,
  givenNonce: string | null = null,
): Mechanism {
  // Loaded for those who use it: it takes 1 MB in each thread.
  const crypto = process.getBuiltinModule('node:crypto')
  const { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } = crypto
  const nonce = givenNonce ?? randomBytes(24).toString('base64url')
  const hmac = (key: Buffer, text: string) => createHmac(digest, key).update(text).digest()
  return {
    name: `SCRAM-SHA-${digest.slice(3)}`,
    async run(step) {
      const user = username.replaceAll('=', '=3D').replaceAll(',', '=2C')
      const first = `n=${user},r=${nonce}`
      const challenge = (await step(Buffer.from(`n,,${first}`))).toString()
      const { r: joined = '', s: salt = '', i: rounds = '' } = attributes(challenge)
      if (!joined.startsWith(nonce) || Number(rounds) < 4096) {
        throw refused('the answer is not that of a SCRAM server')
      }
      const digestBytes = createHash(digest).digest().length
      const salted = pbkdf2Sync(
        password.normalize('NFKC'),
        Buffer.from(salt, 'base64'),
        Number(rounds),
        digestBytes,
        digest,
      )
      const final = `c=biws,r=${joined}`
      const signed = `${first},${challenge},${final}`
      const clientKey = hmac(salted, 'Client Key')
      const signature = hmac(createHash(digest).update(clientKey).digest(), signed)
      const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)))
      const verdict = await step(Buffer.from(`${final},p=${proof.toString('base64')}`))
      const { v: given = '' } = attributes(verdict.toString())
      const expected = hmac(hmac(salted, 'Server Key'), signed)
      const received = Buffer.from(given, 'base64')
      if (received.length !== expected.length || !timingSafeEqual(received, expected)) {
        throw refused('the broker does not know the password either')
      }
    },
  }
}

function attributes(message: string): Readonly<Record<string, string>> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}

function refused(reason: string): ConnectError {
  return new ConnectError(`login refused: ${reason}`, { code: 'KAFKA_AUTHENTICATION' })
}
