import type { Encodable } from '../../protocol/message.ts'
import { apiVersionsRequest, apiVersionsResponse } from '../../protocol/messages/api-versions.ts'
import { type Api, defineApi } from '../api.ts'
import { TRANSACTION_VERSION_MAX } from '../broker-config.ts'

export const API_VERSIONS_KEY = 18
const versions = [0, 4] as const

type Offer = Encodable<typeof apiVersionsResponse>

/** Clients use transactions as of KIP-890 where this feature has level 2. */
const TRANSACTION_FEATURE = 'transaction.version'

/** ApiVersions: what this broker speaks, made of its table of handlers, and its features. */
export function apiVersionsApi(listed: readonly Api[]) {
  const offer: Offer = {
    errorCode: 0,
    apiKeys: [
      ...listed.map((api) => range(api.request.key ?? -1, api.versions)),
      range(API_VERSIONS_KEY, versions),
    ].sort((a, b) => a.apiKey - b.apiKey),
    supportedFeatures: [
      { name: TRANSACTION_FEATURE, minVersion: 0, maxVersion: TRANSACTION_VERSION_MAX },
    ],
  }
  const api = defineApi({
    request: apiVersionsRequest,
    response: apiVersionsResponse,
    versions,
    handle: ({ config: { transactionVersion: level } }) => ({
      ...offer,
      finalizedFeaturesEpoch: 0,
      finalizedFeatures: [
        { name: TRANSACTION_FEATURE, maxVersionLevel: level, minVersionLevel: level },
      ],
    }),
    refuse: (_body, errorCode) => ({ ...offer, errorCode }),
  })
  return { ...api, offer }
}

function range(apiKey: number, [minVersion, maxVersion]: Api['versions']) {
  return { apiKey, minVersion, maxVersion }
}
