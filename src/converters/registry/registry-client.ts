import type { ConfigProps } from '../../sdk/index.ts'
import { readId, readSchema, type SchemaText, type StoredSchema } from './registry-answers.ts'
import { RegistryCaller } from './registry-caller.ts'
import type { RegistryConfig } from './registry-config.ts'
import { type Question, RegistryError, unreadable } from './registry-error.ts'

/** A schema that others refer to, under the name that they use. */
export interface ReferredSchema extends StoredSchema {
  readonly name: string
}

/**
 * What a converter asks of a schema registry. Nothing is remembered here: see `Lookups`.
 * All methods throw ConnectError: RETRIABLE when the same question may be answered later, else
 * SERIALIZATION; the message says which registry, what was asked and what to do.
 */
export interface RegistryClient {
  /** Registers a schema unless the subject has it. */
  register(subject: string, schema: SchemaText, normalize: boolean): Promise<StoredSchema>
  /** The schema as the subject has it. */
  find(subject: string, schema: SchemaText, normalize: boolean): Promise<StoredSchema>
  latest(subject: string): Promise<StoredSchema>
  /** @param subject Helps registries that keep ids by context; null where it is not known. */
  byId(id: number, subject: string | null): Promise<StoredSchema>
  /** Version of the schema in the subject; null when the subject has none such. */
  versionOf(subject: string, schema: StoredSchema): Promise<number | null>
  /** All schemas that `schema` refers to, those first that others need. */
  references(schema: SchemaText): Promise<readonly ReferredSchema[]>
  close(): void
}

/** More than any schema has: the registry refers in circles. */
const REFERENCES_MAX = 500

/**
 * @param given All settings of the converter, for `request.header.*`.
 * @throws ConnectError CONFIG_INVALID
 */
export function createRegistryClient(config: RegistryConfig, given: ConfigProps): RegistryClient {
  const caller = new RegistryCaller(config, given)
  const post = (path: string, { language, text, references }: SchemaText, question: Question) => {
    const type = language === 'AVRO' ? {} : { schemaType: language }
    const body = { schema: text, ...type, ...(references.length === 0 ? {} : { references }) }
    return caller.call(path, JSON.stringify(body), question)
  }
  return {
    async register(subject, schema, normalize) {
      const question = {
        what: `register the schema of subject ${subject}`,
        whenMissing: 'Check schema.registry.url',
      }
      const path = `/subjects/${encodeURIComponent(subject)}/versions?normalize=${normalize}`
      const answer = await post(path, schema, question)
      return { ...schema, id: caller.read(answer, question, readId), version: null }
    },
    async find(subject, schema, normalize) {
      const question = {
        what: `find the schema in subject ${subject}`,
        whenMissing: `Register the schema in subject ${subject}, or set auto.register.schemas=true or use.latest.version=true`,
      }
      const path = `/subjects/${encodeURIComponent(subject)}?normalize=${normalize}&deleted=false`
      const answer = await post(path, schema, question)
      return caller.read(answer, question, (body) => readSchema(body, null))
    },
    async latest(subject) {
      const question = {
        what: `give the latest schema of subject ${subject}`,
        whenMissing: `Register a schema in subject ${subject}, or set auto.register.schemas=true and use.latest.version=false`,
      }
      const path = `/subjects/${encodeURIComponent(subject)}/versions/latest`
      const answer = await caller.call(path, null, question)
      return caller.read(answer, question, (body) => readSchema(body, null))
    },
    async byId(id, subject) {
      const question = { what: `give the schema with id ${id}`, whenMissing: missingId(id) }
      const context = subject === null ? '' : `&subject=${encodeURIComponent(subject)}`
      const path = `/schemas/ids/${id}?fetchMaxId=false${context}`
      const answer = await caller.call(path, null, question)
      return caller.read(answer, question, (body) => readSchema(body, id))
    },
    async versionOf(subject, schema) {
      const question = {
        what: `give the version of the schema with id ${schema.id} in subject ${subject}`,
        whenMissing: '',
      }
      const path = `/subjects/${encodeURIComponent(subject)}?normalize=false&deleted=true`
      try {
        const answer = await post(path, schema, question)
        return caller.read(answer, question, (body) => readSchema(body, null)).version
      } catch (error) {
        if (error instanceof RegistryError && error.status === 404) return null
        throw error
      }
    },
    references: (schema) => referencesOf(caller, schema),
    close: () => caller.close(),
  }
}

function missingId(id: number): string {
  return id === 0
    ? "Ids begin at 1: the data may be of Apicurio's own serializers, which write ids of 8 bytes; they write those of 4 with apicurio.registry.use-id=contentId and the Default4ByteIdHandler"
    : 'The data may be written with another registry: check schema.registry.url. Or it is no data of a registry: check the converter'
}

async function referencesOf(
  caller: RegistryCaller,
  schema: SchemaText,
): Promise<readonly ReferredSchema[]> {
  const found = new Map<string, ReferredSchema>()
  let asked = 0
  const visit = async ({ references }: SchemaText) => {
    for (const { name, subject, version } of references) {
      if (found.has(name)) continue
      const question = {
        what: `give version ${version} of subject ${subject}, which a schema refers to as ${name}`,
        whenMissing: 'The schema refers to one that is gone: register it again',
      }
      if (++asked > REFERENCES_MAX) {
        throw unreadable(caller.base, question, new TypeError('its references have no end'))
      }
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`
      const answer = await caller.call(path, null, question)
      const referred = caller.read(answer, question, (body) => readSchema(body, null))
      await visit(referred)
      found.set(name, { ...referred, name })
    }
  }
  await visit(schema)
  return [...found.values()]
}
