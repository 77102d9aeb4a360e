import { macAlgorithm } from '../cluster/distributed/session-keys.ts'
import type { RequestSignature } from '../cluster/herder.ts'
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
      const signature = signatureOf(request)
      const asJson = { ...request, headers: { 'content-type': 'application/json' } }
      await herder.putTaskConfigs(param(request, 'name'), readTaskConfigs(asJson), signature)
      return { status: 204 }
    },
  },
  {
    method: 'PUT',
    path: '/connectors/:name/fence',
    summary: "Internal: fence the producers of a connector's earlier tasks.",
    consumesJson: false,
    async handle({ herder }, request) {
      await herder.fenceZombies(param(request, 'name'), signatureOf(request))
      return { status: 204 }
    },
  },
])

/**
 * @returns null when a part of the signature is missing.
 * @throws RestError 400 for a signature that can't be read.
 */
function signatureOf({ headers, body }: RestRequest): RequestSignature | null {
  const signature = headers['x-connect-authorization']
  const algorithm = headers['x-connect-request-signature-algorithm']
  if (signature === undefined || algorithm === undefined) return null
  if (macAlgorithm(String(algorithm)) === null) {
    throw new RestError(`Algorithm ${algorithm} not available`, { status: 400 })
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(String(signature))) {
    throw new RestError('The signature of the request is not valid Base64', { status: 400 })
  }
  return { algorithm: String(algorithm), mac: Buffer.from(String(signature), 'base64'), body }
}
