import { ref, schemas } from './openapi-schemas.ts'
import { defineRoutes, ok, type Route } from './routes.ts'

/** `GET /openapi.json`: what `routes` are, as an OpenAPI 3.1 document. */
export function openApiRoutes(routes: readonly Route[]): readonly Route[] {
  return defineRoutes([
    {
      method: 'GET',
      path: '/openapi.json',
      summary: 'This description of the API.',
      handle: async ({ version }) => ok(openApi(routes, version)),
    },
  ])
}

function openApi(routes: readonly Route[], version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Millrace',
      description: 'The REST API of Kafka Connect.',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: Object.fromEntries(
      [...Map.groupBy(routes, ({ path }) => path)].map(([path, ofPath]) => [
        path.replace(/:(\w+)/g, '{$1}'),
        Object.fromEntries(ofPath.map((route) => [route.method.toLowerCase(), operation(route)])),
      ]),
    ),
    components: { schemas },
  }
}

function operation(route: Route) {
  const { method, path, summary, query = {}, body, answers = {} } = route
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: name === 'task' ? 'integer' : 'string' },
  }))
  const inQuery = Object.entries(query).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }))
  const responses = Object.entries(answers).map(([status, schema]) => [
    status,
    { description: summary, ...(schema === null ? {} : { content: json(schema) }) },
  ])
  return {
    operationId: `${method.toLowerCase()}${path.replace(/\W+(\w)/g, (_, letter) => letter.toUpperCase())}`,
    summary,
    parameters: [...inPath, ...inQuery],
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: {
      ...Object.fromEntries(responses),
      ...(route.producesJson === false ? { 200: { description: summary, content: text } } : {}),
      default: { description: 'What is wrong.', content: json('Error') },
    },
  }
}

const text = { 'text/plain': { schema: { type: 'string' } } }

function json(schema: string) {
  return { 'application/json': { schema: ref(schema) } }
}
