import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** DescribeConfigs (API 32): settings of topics, brokers and groups, and where they come from. */
export const describeConfigsRequest = defineMessage({
  key: 32,
  name: 'DescribeConfigsRequest',
  versions: [1, 4],
  flexibleSince: 4,
  fields: {
    resources: array({
      resourceType: field('int8'),
      resourceName: field('string'),
      configurationKeys: array('string', { nullable: 0 }),
    }),
    includeSynonyms: field('bool', { default: false }),
    includeDocumentation: field('bool', { since: 3, default: false }),
  },
})
export type DescribeConfigsRequest = Decoded<typeof describeConfigsRequest>

export const describeConfigsResponse = defineMessage({
  key: 32,
  name: 'DescribeConfigsResponse',
  versions: [1, 4],
  flexibleSince: 4,
  fields: {
    throttleTimeMs: field('int32'),
    results: array({
      errorCode: field('int16'),
      errorMessage: field('string', { nullable: 0 }),
      resourceType: field('int8'),
      resourceName: field('string'),
      configs: array({
        name: field('string'),
        value: field('string', { nullable: 0 }),
        readOnly: field('bool'),
        configSource: field('int8', { default: -1 }),
        isSensitive: field('bool'),
        synonyms: array({
          name: field('string'),
          value: field('string', { nullable: 0 }),
          source: field('int8'),
        }),
        configType: field('int8', { since: 3, default: 0 }),
        documentation: field('string', { since: 3, nullable: 0 }),
      }),
    }),
  },
})
export type DescribeConfigsResponse = Decoded<typeof describeConfigsResponse>

/** AlterConfigs (API 33): replaces all settings of topics, brokers or groups. */
export const alterConfigsRequest = defineMessage({
  key: 33,
  name: 'AlterConfigsRequest',
  versions: [0, 2],
  flexibleSince: 2,
  fields: {
    resources: array({
      resourceType: field('int8'),
      resourceName: field('string'),
      configs: array({
        name: field('string'),
        value: field('string', { nullable: 0 }),
      }),
    }),
    validateOnly: field('bool'),
  },
})
export type AlterConfigsRequest = Decoded<typeof alterConfigsRequest>

export const alterConfigsResponse = defineMessage({
  key: 33,
  name: 'AlterConfigsResponse',
  versions: [0, 2],
  flexibleSince: 2,
  fields: {
    throttleTimeMs: field('int32'),
    responses: array({
      errorCode: field('int16'),
      errorMessage: field('string', { nullable: 0 }),
      resourceType: field('int8'),
      resourceName: field('string'),
    }),
  },
})
export type AlterConfigsResponse = Decoded<typeof alterConfigsResponse>

/** IncrementalAlterConfigs (API 44): changes single settings of topics, brokers or groups. */
export const incrementalAlterConfigsRequest = defineMessage({
  key: 44,
  name: 'IncrementalAlterConfigsRequest',
  versions: [0, 1],
  flexibleSince: 1,
  fields: {
    resources: array({
      resourceType: field('int8'),
      resourceName: field('string'),
      configs: array({
        name: field('string'),
        configOperation: field('int8'),
        value: field('string', { nullable: 0 }),
      }),
    }),
    validateOnly: field('bool'),
  },
})
export type IncrementalAlterConfigsRequest = Decoded<typeof incrementalAlterConfigsRequest>

export const incrementalAlterConfigsResponse = defineMessage({
  key: 44,
  name: 'IncrementalAlterConfigsResponse',
  versions: [0, 1],
  flexibleSince: 1,
  fields: {
    throttleTimeMs: field('int32'),
    responses: array({
      errorCode: field('int16'),
      errorMessage: field('string', { nullable: 0 }),
      resourceType: field('int8'),
      resourceName: field('string'),
    }),
  },
})
export type IncrementalAlterConfigsResponse = Decoded<typeof incrementalAlterConfigsResponse>
