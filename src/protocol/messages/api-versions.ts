import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** ApiVersions (API 18): a broker's APIs, versions and features; first on a connection. */
export const apiVersionsRequest = defineMessage({
  key: 18,
  name: 'ApiVersionsRequest',
  versions: [0, 4],
  flexibleSince: 3,
  fields: {
    clientSoftwareName: field('string', { since: 3 }),
    clientSoftwareVersion: field('string', { since: 3 }),
  },
})
export type ApiVersionsRequest = Decoded<typeof apiVersionsRequest>

export const apiVersionsResponse = defineMessage({
  key: 18,
  name: 'ApiVersionsResponse',
  versions: [0, 4],
  flexibleSince: 3,
  fields: {
    errorCode: field('int16'),
    apiKeys: array({
      apiKey: field('int16'),
      minVersion: field('int16'),
      maxVersion: field('int16'),
    }),
    throttleTimeMs: field('int32', { since: 1 }),
    supportedFeatures: array(
      {
        name: field('string'),
        minVersion: field('int16'),
        maxVersion: field('int16'),
      },
      { since: 3, tag: 0 },
    ),
    finalizedFeaturesEpoch: field('int64', { since: 3, tag: 1, default: -1 }),
    finalizedFeatures: array(
      {
        name: field('string'),
        maxVersionLevel: field('int16'),
        minVersionLevel: field('int16'),
      },
      { since: 3, tag: 2 },
    ),
    zkMigrationReady: field('bool', { since: 3, tag: 3, default: false }),
  },
})
export type ApiVersionsResponse = Decoded<typeof apiVersionsResponse>
