import type { TopicCatalog } from './topics/catalog.ts'

/** Fields of requests that may hold the name of a topic. */
const nameFields: ReadonlySet<string> = new Set(['name', 'topic', 'topicNames', 'resourceName'])

/** Topics that a request names, whatever its API; also by id. */
export function topicsNamed(body: unknown, topics: TopicCatalog): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [field, text] of texts(body, '')) {
    if (nameFields.has(field)) names.add(text)
    const topic = field === 'topicId' ? topics.byId(text) : null
    if (topic !== null) names.add(topic.name)
  }
  return names
}

/** All strings in a message, with the names of their fields. */
function* texts(value: unknown, field: string): Generator<[field: string, text: string], void> {
  if (typeof value === 'string') yield [field, value]
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return
  const isArray = Array.isArray(value)
  for (const [name, inner] of Object.entries(value)) yield* texts(inner, isArray ? field : name)
}
