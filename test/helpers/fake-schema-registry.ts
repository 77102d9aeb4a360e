import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseAvro } from '../../src/converters/avro/avro-parse.ts'
import { whyUnreadable } from '../../src/converters/avro/avro-resolution.ts'

interface Registered {
  readonly id: number
  readonly subject: string
  readonly version: number
  readonly schema: string
  readonly schemaType?: string
  readonly references?: readonly unknown[]
}

interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Answers a request in place of the registry; null leaves it to the registry. */
type Script = (request: SeenRequest, response: ServerResponse) => boolean

type Answer = readonly [status: number, body: unknown]

/**
 * Not a real registry: as much of Confluent's as converters see, with its defaults (BACKWARD
 * compatibility, for Avro) and its texts of errors. Test with Apicurio what a registry really does.
 */
export class FakeSchemaRegistry {
  /** All requests, as `GET /subjects`. */
  readonly seen: SeenRequest[] = []
  /** Set to answer otherwise. */
  script: Script = () => false
  readonly #server: Server
  readonly #schemas: Registered[] = []

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<FakeSchemaRegistry> {
    const server = createServer()
    const registry = new FakeSchemaRegistry(server)
    server.on('request', (request, response) => void registry.#handle(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return registry
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Requests as `GET /subjects`, without what follows a `?`. */
  get questions(): string[] {
    return this.seen.map(({ method, path }) => `${method} ${path.split('?')[0]}`)
  }

  /** Registers a schema behind the back of the converter. @returns Its id. */
  add(subject: string, schema: unknown, more: Partial<Registered> = {}): number {
    const text = typeof schema === 'string' ? schema : JSON.stringify(schema)
    return this.#register(subject, { ...more, schema: text }).id
  }

  /** Texts of the schemas of a subject, the oldest first. */
  texts(subject: string): string[] {
    return this.#of(subject).map(({ schema }) => schema)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    }
    this.seen.push(seen)
    if (this.script(seen, response)) return
    const [status, body] = this.#answer(seen)
    response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' })
    response.end(JSON.stringify(body))
  }

  #answer({ method, path, body }: SeenRequest): Answer {
    const [, first = '', ...rest] = (path.split('?')[0] ?? '').split('/').map(decodeURIComponent)
    if (first === 'schemas') return this.#byId(Number(rest[1]))
    if (first !== 'subjects') return [404, { error_code: 404, message: 'HTTP 404 Not Found' }]
    const [subject = '', , version] = rest
    if (method === 'GET') return this.#byVersion(subject, version ?? '')
    return rest.length > 1 ? this.#post(subject, body) : this.#find(subject, body)
  }

  #byId(id: number): Answer {
    const found = this.#schemas.find((each) => each.id === id)
    if (found === undefined) return [404, { error_code: 40403, message: `Schema ${id} not found` }]
    const { schema, schemaType, references } = found
    return [200, { schema, schemaType, references }]
  }

  #byVersion(subject: string, version: string): Answer {
    const versions = this.#of(subject)
    const missing = `Subject '${subject}' not found.`
    if (versions.length === 0) return [404, { error_code: 40401, message: missing }]
    const found =
      version === 'latest'
        ? versions.at(-1)
        : versions.find((each) => each.version === Number(version))
    return found === undefined
      ? [404, { error_code: 40402, message: `Version ${version} not found.` }]
      : [200, found]
  }

  #post(subject: string, body: string): Answer {
    const asked = JSON.parse(body)
    const before = this.#of(subject).at(-1)
    const problem =
      before === undefined || asked.schemaType !== undefined
        ? null
        : whyUnreadable(parseAvro(asked.schema), parseAvro(before.schema))
    if (problem !== null) {
      const message = `Schema being registered is incompatible with an earlier schema for subject "${subject}", details: [${problem}]`
      return [409, { error_code: 409, message }]
    }
    return [200, { id: this.#register(subject, asked).id }]
  }

  #find(subject: string, body: string): Answer {
    const versions = this.#of(subject)
    if (versions.length === 0) {
      return [404, { error_code: 40401, message: `Subject '${subject}' not found.` }]
    }
    const { schema } = JSON.parse(body)
    const found = versions.find((each) => each.schema === schema)
    return found === undefined
      ? [404, { error_code: 40403, message: 'Schema not found' }]
      : [200, found]
  }

  #register(subject: string, asked: Pick<Registered, 'schema'> & Partial<Registered>): Registered {
    const versions = this.#of(subject)
    const known = versions.find(({ schema }) => schema === asked.schema)
    if (known !== undefined) return known
    const elsewhere = this.#schemas.find(({ schema }) => schema === asked.schema)
    const registered = {
      ...asked,
      subject,
      version: versions.length + 1,
      id: elsewhere?.id ?? 1 + Math.max(0, ...this.#schemas.map(({ id }) => id)),
    }
    this.#schemas.push(registered)
    return registered
  }

  #of(subject: string): Registered[] {
    return this.#schemas.filter((each) => each.subject === subject)
  }
}
