import type { Encodable } from '../../protocol/message.ts'
import { apiVersionsRequest, apiVersionsResponse } from '../../protocol/messages/api-versions.ts'
import { type Api, defineApi } from '../api.ts'

export const API_VERSIONS_KEY = 18
const versions = [0, 4] as const

type Offer = Encodable<typeof apiVersionsResponse>

/**
 * ApiVersions: what this broker speaks, made of its table of handlers.
 *
 * Left out: features. Without `transaction.version` clients use transactions as they were before
 * KIP-890.
 */
export function apiVersionsApi(listed: readonly Api[]) {
  const offer: Offer = {
    errorCode: 0,
    apiKeys: [
      ...listed.map((api) => range(api.request.key ?? -1, api.versions)),
      range(API_VERSIONS_KEY, versions),
    ].sort((a, b) => a.apiKey - b.apiKey),
  }
  const api = defineApi({
    request: apiVersionsRequest,
    response: apiVersionsResponse,
    versions,
    handle: () => offer,
    refuse: (_body, errorCode) => ({ ...offer, errorCode }),
  })
  return { ...api, offer }
}

function range(apiKey: number, [minVersion, maxVersion]: Api['versions']) {
  return { apiKey, minVersion, maxVersion }
}
