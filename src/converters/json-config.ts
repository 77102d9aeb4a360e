import { oneOfIgnoreCase, type SpecValues } from '../sdk/index.ts'
import { defineConverterConfig } from './converter-config.ts'

/** Settings of the JSON converter, under the reference's names and with its defaults. */
export const jsonConfig = defineConverterConfig({
  'schemas.enable': {
    type: 'boolean',
    default: true,
    importance: 'high',
    group: 'Schemas',
    order: 0,
    width: 'medium',
    displayName: 'Enable Schemas',
    doc: 'Whether each message carries its schema: an object with the fields "schema" and "payload".',
  },
  'schemas.cache.size': {
    type: 'int',
    default: 1000,
    importance: 'high',
    group: 'Schemas',
    order: 1,
    width: 'medium',
    displayName: 'Schema Cache Size',
    doc: 'Most schemas of incoming messages that are kept, so that equal ones are built once.',
  },
  'schema.content': {
    type: 'string',
    default: null,
    importance: 'high',
    group: 'Schemas',
    order: 2,
    width: 'medium',
    displayName: 'Schema Content',
    doc: 'Schema, in the JSON form of an envelope, for incoming messages that carry none: each is read as a payload. Only used when schemas.enable is true.',
  },
  'decimal.format': {
    type: 'string',
    default: 'BASE64',
    importance: 'low',
    group: 'Serialization',
    order: 0,
    width: 'medium',
    displayName: 'Decimal Format',
    validator: oneOfIgnoreCase('NUMERIC', 'BASE64'),
    doc: 'How decimals are written: BASE64 (bytes of the unscaled value) or NUMERIC (a JSON number). Both are read.',
  },
  'replace.null.with.default': {
    type: 'boolean',
    default: true,
    importance: 'low',
    group: 'Serialization',
    order: 1,
    width: 'medium',
    displayName: 'Replace null with default',
    doc: 'Whether null stands for the default of a schema that has one.',
  },
})

export type JsonConfig = SpecValues<typeof jsonConfig.keys>
