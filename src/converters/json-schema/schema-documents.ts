import { ConnectError } from '../../sdk/index.ts'
import { isObject, type JsonNode, type JsonObject } from '../json-node.ts'
import type { CompleteSchema } from '../registry/registry-format.ts'
import { parseJson } from './json-text.ts'

/** A JSON document in which a schema is. */
interface SchemaDocument {
  readonly root: JsonNode
  /** What it calls itself, or what others call it; empty when there is no such name. */
  readonly uri: string
}

/** A schema and the document that it is in. */
export interface PlacedSchema {
  readonly node: JsonNode
  readonly document: SchemaDocument
}

/** The documents of one schema: its own and those that it refers to. */
export class SchemaDocuments {
  readonly root: PlacedSchema
  readonly #documents = new Map<string, SchemaDocument>()

  /** @throws ConnectError SERIALIZATION for a text that is no JSON. */
  constructor(schema: Pick<CompleteSchema, 'id' | 'text' | 'referred'>) {
    for (const { name, text } of schema.referred) {
      const root = parsed(text, `The schema ${name}, which schema ${schema.id} refers to`)
      const document = { root, uri: idOf(root) ?? name }
      this.#documents.set(name, document)
      this.#documents.set(document.uri, document)
    }
    const root = parsed(schema.text, `The schema with id ${schema.id}`)
    const document = { root, uri: idOf(root) ?? '' }
    this.#documents.set(document.uri, document)
    this.root = { node: root, document }
  }

  /** @throws ConnectError SERIALIZATION for a reference that leads nowhere. */
  resolve(reference: string, from: SchemaDocument): PlacedSchema {
    const hash = reference.indexOf('#')
    const uri = hash === -1 ? reference : reference.slice(0, hash)
    const fragment = hash === -1 ? '' : reference.slice(hash + 1)
    const document = uri === '' ? from : this.#document(uri, from)
    const node = document === null ? this.#identified(uri, from) : document.root
    if (node === null) throw nowhere(reference, 'no such schema is among its references')
    const found = fragment === '' ? node : partOf(node, fragment)
    if (found === undefined) throw nowhere(reference, 'there is no such part')
    return { node: found, document: document ?? from }
  }

  #document(uri: string, from: SchemaDocument): SchemaDocument | null {
    return this.#documents.get(uri) ?? this.#documents.get(resolved(uri, from.uri)) ?? null
  }

  /** A part of a document that has an id of its own. */
  #identified(uri: string, from: SchemaDocument): JsonNode {
    const absolute = resolved(uri, from.uri)
    return search(from.root, (node) => {
      const id = idOf(node)
      return id !== null && (id === uri || resolved(id, from.uri) === absolute)
    })
  }
}

function parsed(text: string, what: string): JsonNode {
  const bytes = Buffer.from(text)
  const node = parseJson(bytes, 0, bytes.length, what)
  if (isObject(node) || typeof node === 'boolean') return node
  throw new ConnectError(`${what} is not a JSON schema: neither an object nor true or false`, {
    code: 'SERIALIZATION',
  })
}

function idOf(node: JsonNode): string | null {
  if (!isObject(node)) return null
  const id = node['$id'] ?? node['id']
  return typeof id === 'string' && !id.startsWith('#') ? id.replace(/#$/, '') : null
}

function resolved(uri: string, base: string): string {
  return URL.canParse(uri, base) ? new URL(uri, base).href : uri
}

/** What a JSON pointer or an anchor leads to. */
function partOf(root: JsonNode, fragment: string): JsonNode | undefined {
  if (!fragment.startsWith('/')) {
    return (
      search(root, (node) => node['$anchor'] === fragment || hasAnchor(node, fragment)) ?? undefined
    )
  }
  let node: JsonNode | undefined = root
  for (const part of fragment.slice(1).split('/')) {
    const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (node === undefined || node === null || typeof node !== 'object') return undefined
    node = Object.hasOwn(node, key) ? (node as JsonObject)[key] : undefined
  }
  return node
}

function hasAnchor(node: JsonObject, fragment: string): boolean {
  return node['$id'] === `#${fragment}` || node['id'] === `#${fragment}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The first object of a document for which `isFound` holds. */
function search(root: JsonNode, isFound: (node: JsonObject) => boolean): JsonNode {
  const open: JsonNode[] = [root]
  for (const node of open) {
    if (isObject(node) && isFound(node)) return node
    if (!isObject(node) && !Array.isArray(node)) continue
    for (const part of Object.values(node)) open.push(part)
  }
  return null
}

function nowhere(reference: string, problem: string): ConnectError {
  return new ConnectError(
    `The schema refers to ${reference}, but ${problem}: register it and refer to it under this name`,
    { code: 'SERIALIZATION' },
  )
}
