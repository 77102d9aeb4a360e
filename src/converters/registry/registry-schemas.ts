import {
  ConnectError,
  type ConverterUse,
  isRetriable,
  messageOf,
  type Schema,
} from '../../sdk/index.ts'
import { Lookups } from './lookups.ts'
import type { StoredSchema } from './registry-answers.ts'
import type { RegistryClient } from './registry-client.ts'
import type { RegistryConfig } from './registry-config.ts'
import { RegistryError } from './registry-error.ts'
import type {
  CompleteSchema,
  DefinedSchema,
  RegistryFormat,
  ValueReader,
} from './registry-format.ts'
import { type SubjectNames, subjectNames } from './subject-names.ts'

const converterNames = {
  AVRO: 'io.confluent.connect.avro.AvroConverter',
  PROTOBUF: 'io.confluent.connect.protobuf.ProtobufConverter',
  JSON: 'io.confluent.connect.json.JsonSchemaConverter',
} as const

/** Node fires a longer timer at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** Which schema of the registry a converter writes or reads a value with, as its settings say. */
export class RegistrySchemas {
  readonly #format: RegistryFormat
  readonly #config: RegistryConfig
  readonly #use: ConverterUse
  readonly #client: RegistryClient
  readonly #onExpired: () => void
  readonly #subjects: SubjectNames
  readonly #written: Lookups<CompleteSchema>
  readonly #readers: Lookups<ValueReader>
  /** Errors that tell already what failed. */
  readonly #told = new WeakSet<object>()
  #expiry: NodeJS.Timeout | null = null

  /** @param onExpired Called when what was found is to be found again. */
  constructor(
    format: RegistryFormat,
    config: RegistryConfig,
    use: ConverterUse,
    client: RegistryClient,
    onExpired: () => void,
  ) {
    this.#format = format
    this.#config = config
    this.#use = use
    this.#client = client
    this.#onExpired = onExpired
    this.#subjects = subjectNames(config[`${use}.subject.name.strategy`], use)
    const cacheSize = Math.max(1, config['schemas.cache.size'] ?? config['schemas.cache.config'])
    this.#written = new Lookups(cacheSize)
    this.#readers = new Lookups(cacheSize)
  }

  /** The schema to write values of `schema` with. @throws NotReady until the registry has told it. */
  written(
    topic: string,
    schema: Schema | null,
  ): { readonly defined: DefinedSchema; readonly stored: CompleteSchema } {
    const defined = this.#format.define(schema)
    const subject = this.#subjects.of(topic, defined.record)
    const key = [subject, JSON.stringify(defined.references), defined.text].join('\n')
    const stored = this.#written.get(key, `the schema of ${subject}`, async () => {
      try {
        return await this.#choose(subject, defined)
      } catch (error) {
        throw this.unwritten(topic, error)
      }
    })
    return { defined, stored }
  }

  /** How data of the schema `id` is read. @throws NotReady until the registry has told it. */
  reader(topic: string, id: number): ValueReader {
    return this.#readers.get(`${id} ${topic}`, `the schema with id ${id}`, async () => {
      try {
        return await this.#createReader(topic, id)
      } catch (error) {
        throw this.unread(topic, error)
      }
    })
  }

  /** The error of a value that could not be written. */
  unwritten(topic: string, error: unknown): unknown {
    return this.#tell(`Failed to serialize ${this.#format.title} data from topic ${topic}`, error)
  }

  /** The error of bytes that could not be read. */
  unread(topic: string, error: unknown): unknown {
    return this.#tell(
      `Failed to deserialize data for topic ${topic} to ${this.#format.title}`,
      error,
    )
  }

  close(): void {
    if (this.#expiry !== null) clearTimeout(this.#expiry)
    this.#client.close()
  }

  #tell(what: string, cause: unknown): unknown {
    if (!(cause instanceof ConnectError) || this.#told.has(cause)) return cause
    const error = new ConnectError(`${what}: ${messageOf(cause)}`, {
      code: isRetriable(cause) ? 'RETRIABLE' : 'DATA_INVALID',
      cause,
    })
    this.#told.add(error)
    return error
  }

  async #choose(subject: string, defined: DefinedSchema): Promise<CompleteSchema> {
    const config = this.#config
    const normalize = config['normalize.schemas']
    if (config['auto.register.schemas']) {
      const { id } = await this.#register(subject, defined, normalize)
      return this.#complete({ ...defined, id, version: null })
    }
    if (config['use.schema.id'] >= 0) {
      const stored = await this.#client.byId(config['use.schema.id'], subject)
      return this.#checked(await this.#complete(stored), defined, 'id.compatibility.strict')
    }
    if (config['use.latest.version']) {
      const latest = await this.#latest(subject)
      return this.#checked(latest, defined, 'latest.compatibility.strict')
    }
    const { id, version } = await this.#client.find(subject, defined, normalize)
    return this.#complete({ ...defined, id, version })
  }

  async #register(
    subject: string,
    defined: DefinedSchema,
    normalize: boolean,
  ): Promise<StoredSchema> {
    try {
      return await this.#client.register(subject, defined, normalize)
    } catch (error) {
      const isInvalid = error instanceof RegistryError && error.status === 422
      if (!isInvalid || this.#format.otherText === undefined) throw error
      const text = this.#format.otherText(defined)
      return await this.#client.register(subject, { ...defined, text }, normalize)
    }
  }

  async #latest(subject: string): Promise<CompleteSchema> {
    const latest = await this.#complete(await this.#client.latest(subject))
    const ttlMs = Math.min(this.#config['latest.cache.ttl.sec'] * 1000, TIMER_MS_MAX)
    if (ttlMs >= 0) this.#expiry ??= setTimeout(() => this.#expire(), ttlMs).unref()
    return latest
  }

  #expire(): void {
    this.#expiry = null
    this.#written.clear()
    this.#readers.clear()
    this.#onExpired()
  }

  #checked(
    target: CompleteSchema,
    defined: DefinedSchema,
    strictKey: 'id.compatibility.strict' | 'latest.compatibility.strict',
  ): CompleteSchema {
    this.#requireLanguage(target)
    if (!this.#config[strictKey]) return target
    const problem = this.#format.incompatibility(target, defined)
    if (problem === null) return target
    throw new ConnectError(
      `Incompatible schema of type '${target.language}' with id ${target.id}: ${problem}. Set ${strictKey}=false to disable this check.`,
      { code: 'DATA_INVALID' },
    )
  }

  async #createReader(topic: string, id: number): Promise<ValueReader> {
    const known = this.#subjects.needsRecord ? null : this.#subjects.of(topic, null)
    const stored = await this.#complete(await this.#client.byId(id, known))
    this.#requireLanguage(stored)
    const subject = known ?? this.#subjects.of(topic, this.#format.recordOf(stored))
    const version = await this.#client.versionOf(subject, stored)
    const target = this.#config['use.latest.version'] ? await this.#latest(subject) : null
    return this.#format.reader(stored, version, target)
  }

  async #complete(stored: StoredSchema): Promise<CompleteSchema> {
    const { references } = stored
    const referred = references.length === 0 ? [] : await this.#client.references(stored)
    return { ...stored, referred }
  }

  #requireLanguage({ id, language }: StoredSchema): void {
    if (language === this.#format.language) return
    throw new ConnectError(
      `The schema with id ${id} is one of ${language}, not of ${this.#format.language}: set ${this.#use}.converter=${converterNames[language]}`,
      { code: 'DATA_INVALID' },
    )
  }
}
