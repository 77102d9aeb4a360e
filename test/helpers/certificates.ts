import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface Identity {
  /** PEM */
  readonly key: string
  /** PEM; signed with the key itself, so that it is what to trust, too. */
  readonly cert: string
}

const oid = {
  commonName: '550403',
  subjectAltName: '551d11',
  ecdsaWithSha256: '2a8648ce3d040302',
}
const DAY_MS = 86_400_000

/** A key and its certificate for 127.0.0.1 and localhost, good for a day. */
export function makeIdentity(name: string): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = sequence(set(sequence(objectId(oid.commonName), node(0x0c, Buffer.from(name)))))
  const algorithm = sequence(objectId(oid.ecdsaWithSha256))
  const names = sequence(
    node(0x87, Buffer.from([127, 0, 0, 1])),
    node(0x82, Buffer.from('localhost')),
  )
  const extension = sequence(objectId(oid.subjectAltName), node(0x04, names))
  const certificate = sequence(
    node(0xa0, node(0x02, Buffer.from([2]))),
    node(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    issuer,
    sequence(time(Date.now() - DAY_MS), time(Date.now() + DAY_MS)),
    issuer,
    publicKey.export({ type: 'spki', format: 'der' }),
    node(0xa3, sequence(extension)),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', certificate, privateKey)])
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(sequence(certificate, algorithm, node(0x03, signature))),
  }
}

/** One value in DER: its kind, its length and what is in it. */
function node(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const size = body.length < 0x80 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}

const sequence = (...parts: readonly Buffer[]) => node(0x30, ...parts)
const set = (...parts: readonly Buffer[]) => node(0x31, ...parts)
const objectId = (hex: string) => node(0x06, Buffer.from(hex, 'hex'))

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14)
  return node(0x17, Buffer.from(`${digits}Z`))
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
