import { ConnectError, messageOf } from './errors.ts'

/** Loaded for those who use it: it takes 1 MB in each thread. */
const crypto = () => process.getBuiltinModule('node:crypto')

const oid = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  certBag: '1.2.840.113549.1.12.10.1.3',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
}
const ciphers: Readonly<Record<string, readonly [name: string, keyBytes: number]>> = {
  '2.16.840.1.101.3.4.1.2': ['aes-128-cbc', 16],
  '2.16.840.1.101.3.4.1.22': ['aes-192-cbc', 24],
  '2.16.840.1.101.3.4.1.42': ['aes-256-cbc', 32],
}
const digests: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
}

/**
 * Certificates of a PKCS12 store in PEM. Node reads such a store only when it also holds a key,
 * which a trust store does not.
 *
 * @param name Of the file, for errors.
 * @throws ConnectError CONFIG_INVALID
 * @see RFC 7292, RFC 8018
 */
export function pkcs12Certificates(store: Buffer, password: string, name: string): string[] {
  try {
    const [, authSafe] = sequence(parse(store))
    return sequence(parse(content(authSafe))).flatMap((part) =>
      sequence(parse(safeContents(part, password))).flatMap(certificateOf),
    )
  } catch (cause) {
    if (cause instanceof ConnectError) throw cause
    throw new ConnectError(
      `${name} cannot be read as PKCS12: ${messageOf(cause)}. Check the file and its password.`,
      { code: 'CONFIG_INVALID', cause },
    )
  }
}

interface Node {
  readonly tag: number
  readonly body: Buffer
}

function parse(der: Buffer): Node {
  const [node] = parseAll(der)
  if (node === undefined) throw new TypeError('it ends early')
  return node
}

function parseAll(der: Buffer): Node[] {
  const nodes: Node[] = []
  for (let at = 0; at < der.length; ) {
    const tag = der.readUInt8(at)
    let length = der.readUInt8(at + 1)
    at += 2
    if (length > 0x7f) {
      const lengthBytes = length & 0x7f
      length = der.readUIntBE(at, lengthBytes)
      at += lengthBytes
    }
    if (at + length > der.length) throw new TypeError('it ends early')
    nodes.push({ tag, body: der.subarray(at, at + length) })
    at += length
  }
  return nodes
}

function sequence(node: Node | undefined): Node[] {
  if (node === undefined) throw new TypeError('a part is missing')
  return parseAll(node.body)
}

/** Bytes of the octet string in a ContentInfo of type data. */
function content(info: Node | undefined): Buffer {
  const [type, wrapped] = sequence(info)
  if (type === undefined || oidOf(type) !== oid.data) throw new TypeError('it is signed')
  return parse(wrapped?.body ?? Buffer.alloc(0)).body
}

function safeContents(info: Node, password: string): Buffer {
  const [type, wrapped] = sequence(info)
  if (type !== undefined && oidOf(type) === oid.encryptedData) {
    const [, encrypted] = sequence(parse(wrapped?.body ?? Buffer.alloc(0)))
    const [, algorithm, bytes] = sequence(encrypted)
    return decrypt(sequence(algorithm), bytes?.body ?? Buffer.alloc(0), password)
  }
  return content(info)
}

function decrypt(algorithm: Node[], bytes: Buffer, password: string): Buffer {
  const [scheme, parameters] = algorithm
  if (scheme === undefined || oidOf(scheme) !== oid.pbes2) throw outdated()
  const [kdf, cipher] = sequence(parameters).map((each) => sequence(each))
  const [kdfName, kdfParameters] = kdf ?? []
  const [cipherName, iv] = cipher ?? []
  const known = cipherName === undefined ? undefined : ciphers[oidOf(cipherName)]
  if (kdfName === undefined || oidOf(kdfName) !== oid.pbkdf2 || known === undefined)
    throw outdated()
  const [salt, iterations, ...more] = sequence(kdfParameters)
  const prf = more.find(({ tag }) => tag === 0x30)
  const digest = prf === undefined ? 'sha1' : digests[oidOf(parse(prf.body))]
  if (salt === undefined || iterations === undefined || digest === undefined) throw outdated()
  const rounds = Number.parseInt(iterations.body.toString('hex'), 16)
  const { createDecipheriv, pbkdf2Sync } = crypto()
  const key = pbkdf2Sync(password, salt.body, rounds, known[1], digest)
  const decipher = createDecipheriv(known[0], key, iv?.body ?? Buffer.alloc(0))
  return Buffer.concat([decipher.update(bytes), decipher.final()])
}

function outdated(): TypeError {
  return new TypeError(
    'its encryption is outdated; rewrite it with keytool of Java 17 or newer (keytool -importkeystore -srckeystore OLD -destkeystore NEW -deststoretype PKCS12)',
  )
}

function certificateOf(bag: Node): string[] {
  const [type, value] = sequence(bag)
  if (type === undefined || value === undefined || oidOf(type) !== oid.certBag) return []
  const [, wrapped] = sequence(parse(value.body))
  const der = parse(wrapped?.body ?? Buffer.alloc(0)).body
  const { X509Certificate } = crypto()
  return [new X509Certificate(der).toString()]
}

function oidOf({ body }: Node): string {
  const [first = 0] = body
  const parts = [Math.floor(first / 40), first % 40]
  let part = 0
  for (const byte of body.subarray(1)) {
    part = part * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      parts.push(part)
      part = 0
    }
  }
  return parts.join('.')
}
