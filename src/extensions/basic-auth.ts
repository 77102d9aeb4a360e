import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  ConnectError,
  connectVersion,
  defineConfig,
  defineRestExtension,
  messageOf,
  parseJaasFile,
  parseProperties,
  type RestExtensionAnswer,
  type RestExtensionRequest,
} from '../sdk/index.ts'

const ENTRY = 'KafkaConnect'
const FROM_JAVA = /-Djava\.security\.auth\.login\.config=(?:"([^"]*)"|(\S+))/

const refused: RestExtensionAnswer = {
  status: 401,
  headers: { 'content-type': 'application/json' },
  body: 'User cannot access the resource.',
}

/**
 * Asks callers for a name and a password, as Apache Kafka Connect's extension of that name does:
 * `KafkaConnect` in the JAAS file names a file of `user=password` lines.
 */
export const basicAuth = defineRestExtension({
  class: 'org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension',
  version: connectVersion,
  config: defineConfig({
    'millrace.jaas.config.file': {
      type: 'string',
      default: null,
      importance: 'medium',
      doc: 'JAAS file; that of java.security.auth.login.config in KAFKA_OPTS when absent.',
    },
  }),
  create({ 'millrace.jaas.config.file': configured }) {
    const passwords = readPasswords(configured ?? fromKafkaOpts())
    return {
      async filter(request) {
        if (isInternal(request) || passwords.size === 0) return null
        const caller = credentials(request.headers.authorization)
        return caller !== null && isKnown(passwords, caller) ? null : refused
      },
    }
  },
})

function fromKafkaOpts(): string {
  const [, quoted, plain] = FROM_JAVA.exec(process.env['KAFKA_OPTS'] ?? '') ?? []
  const file = quoted ?? plain
  if (file !== undefined) return file
  throw new ConnectError(
    'Missing configuration millrace.jaas.config.file: basic authentication needs a JAAS file, named there or by KAFKA_OPTS=-Djava.security.auth.login.config=FILE',
    { code: 'CONFIG_INVALID' },
  )
}

/** @throws ConnectError CONFIG_INVALID that names the file which is missing or wrong. */
function readPasswords(jaasFile: string): ReadonlyMap<string, string> {
  const entries = parseJaasFile(read(jaasFile)).get(ENTRY) ?? []
  const [entry] = entries
  if (entry === undefined) throw unusable(jaasFile, `it has no entry ${ENTRY}`)
  const { module, options } = entry
  const { file } = options
  if (entries.length > 1 || module !== 'PropertyFileLoginModule' || file === undefined) {
    const expected = `${ENTRY} { org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule required file="..."; };`
    throw unusable(jaasFile, `only one login module is known: ${expected}`)
  }
  return new Map(Object.entries(parseProperties(read(file))))
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch (cause) {
    throw unusable(file, messageOf(cause))
  }
}

function unusable(file: string, reason: string): ConnectError {
  return new ConnectError(`Basic authentication can't use ${file}: ${reason}`, {
    code: 'CONFIG_INVALID',
  })
}

/** Requests of workers among each other are signed instead. */
function isInternal({ method, path }: RestExtensionRequest): boolean {
  return method === 'POST'
    ? /^\/connectors\/[^/]+\/tasks\/?$/.test(path)
    : method === 'PUT' && /^\/connectors\/[^/]+\/fence\/?$/.test(path)
}

interface Credentials {
  readonly user: string
  readonly password: string
}

function credentials(header: string | undefined): Credentials | null {
  const [, encoded] = /^basic +(.*)$/i.exec(header ?? '') ?? []
  if (encoded === undefined) return null
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 1 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

function isKnown(passwords: ReadonlyMap<string, string>, { user, password }: Credentials): boolean {
  const expected = passwords.get(user)
  const isSame = timingSafeEqual(digest(password), digest(expected ?? ''))
  return expected !== undefined && isSame
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
