import { RestError } from './errors.ts'
import { readTaskConfigs } from './json-body.ts'
import { defineRoutes, param, type RestRequest } from './routes.ts'

/** Endpoints that workers use among each other. */
export const internalRoutes = defineRoutes([
  {
    method: 'POST',
    path: '/connectors/:name/tasks',
    summary: 'Internal: task configurations from the worker that runs the connector.',
    consumesJson: false,
    async handle({ herder }, request) {
      checkSignature(request)
      const asJson = { ...request, headers: { 'content-type': 'application/json' } }
      await herder.putTaskConfigs(param(request, 'name'), readTaskConfigs(asJson))
      return { status: 204 }
    },
  },
  {
    method: 'PUT',
    path: '/connectors/:name/fence',
    summary: "Internal: fence the producers of a connector's earlier tasks.",
    consumesJson: false,
    async handle({ herder }, request) {
      checkSignature(request)
      await herder.fenceZombies(param(request, 'name'))
      return { status: 204 }
    },
  },
])

/** Digests of the MAC algorithms that a worker may sign with, by their Java names. */
const algorithms: readonly string[] = [
  'HmacMD5',
  'HmacSHA1',
  'HmacSHA224',
  'HmacSHA256',
  'HmacSHA384',
  'HmacSHA512',
]

/** @throws RestError 400 for a signature that can't be read. */
function checkSignature({ headers }: RestRequest): void {
  const signature = headers['x-connect-authorization']
  const algorithm = headers['x-connect-request-signature-algorithm']
  if (signature === undefined || algorithm === undefined) return
  if (!algorithms.some((known) => known.toLowerCase() === String(algorithm).toLowerCase())) {
    throw new RestError(`Algorithm ${algorithm} not available`, { status: 400 })
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(String(signature))) {
    throw new RestError('The signature of the request is not valid Base64', { status: 400 })
  }
}
