import { RestError } from './errors.ts'
import { readOffsetChanges } from './json-body.ts'
import { defineRoutes, ok, param } from './routes.ts'

/** Offsets and topics of one connector. */
export const offsetRoutes = defineRoutes([
  {
    method: 'GET',
    path: '/connectors/:name/offsets',
    summary: 'Offsets of a source connector, or of the consumer group of a sink connector.',
    answers: { 200: 'Offsets' },
    handle: async ({ herder }, request) =>
      ok({ offsets: await herder.offsets(param(request, 'name')) }),
  },
  {
    method: 'PATCH',
    path: '/connectors/:name/offsets',
    summary: 'Change offsets of a stopped connector; null removes one.',
    body: 'Offsets',
    answers: { 200: 'Message' },
    async handle({ herder }, request) {
      const changes = readOffsetChanges(request)
      if (changes.length === 0) {
        throw new RestError(
          'Partitions / offsets need to be provided for an alter offsets request',
          { status: 400 },
        )
      }
      return ok({ message: await herder.alterOffsets(param(request, 'name'), changes) })
    },
  },
  {
    method: 'DELETE',
    path: '/connectors/:name/offsets',
    summary: 'Remove all offsets of a stopped connector.',
    answers: { 200: 'Message' },
    handle: async ({ herder }, request) =>
      ok({ message: await herder.resetOffsets(param(request, 'name')) }),
  },
  {
    method: 'GET',
    path: '/connectors/:name/topics',
    summary: 'Topics that the connector has used.',
    answers: { 200: 'Topics' },
    async handle({ herder, tracksTopics }, request) {
      if (!tracksTopics) throw new RestError('Topic tracking is disabled.', { status: 403 })
      const name = param(request, 'name')
      return ok(Object.fromEntries([[name, { topics: herder.topics(name) }]]))
    },
  },
  {
    method: 'PUT',
    path: '/connectors/:name/topics/reset',
    summary: 'Forget the topics that the connector has used.',
    answers: { 202: null },
    async handle({ herder, tracksTopics, allowsTopicReset }, request) {
      if (!tracksTopics) throw new RestError('Topic tracking is disabled.', { status: 403 })
      if (!allowsTopicReset)
        throw new RestError('Topic tracking reset is disabled.', { status: 403 })
      await herder.resetTopics(param(request, 'name'))
      return { status: 202 }
    },
  },
])
