import type { ConfigSpec, SpecValues } from '../../sdk/index.ts'
import { defineConverterConfig } from '../converter-config.ts'
import { onlyDefault } from '../registry/refused-key.ts'
import { registryKeys } from '../registry/registry-config.ts'

const NO_CLASSES = 'there are no classes of Java'

const avroKeys = {
  'connect.meta.data': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: "Keeps what only Connect knows of a schema (name, version, doc, parameters, default) in attributes of Avro's.",
  },
  'enhanced.avro.schema.support': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Writes enums as enums, and names the members of a union in full.',
  },
  'generalized.sum.type.support': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Names unions and enums alike in all formats of the registry.',
  },
  'ignore.default.for.nullables': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Writes null, not the default, for an optional field without a value.',
  },
  'scrub.invalid.names': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Replaces what Avro does not allow in names.',
  },
  'allow.optional.map.keys': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Writes maps whose keys are optional strings as maps, not as lists of entries.',
  },
  'flatten.singleton.unions': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Reads a union of one type as that type.',
  },
  'discard.type.doc.default': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Keeps only the doc and the default of fields, not those of types.',
  },
  'avro.fail.on.trailing.data': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Refuses data with bytes behind it that its schema does not explain.',
  },
  'avro.use.logical.type.converters': onlyDefault('false', NO_CLASSES),
  'avro.reflection.allow.null': onlyDefault('false', NO_CLASSES),
  'avro.remove.java.properties': onlyDefault('false', NO_CLASSES),
  'specific.avro.reader': onlyDefault('false', NO_CLASSES),
} as const satisfies ConfigSpec

/** Settings of the Avro converter, with the names and defaults of Confluent's. */
export const avroConfig = defineConverterConfig({ ...avroKeys, ...registryKeys })

export type AvroConfig = SpecValues<typeof avroConfig.keys>

/** How Connect schemas and Avro's become each other. */
export interface AvroOptions {
  readonly connectMetaData: boolean
  readonly enhanced: boolean
  readonly generalized: boolean
  readonly ignoreDefaultForNullables: boolean
  readonly scrub: boolean
  readonly allowOptionalMapKeys: boolean
  readonly flattenSingletonUnions: boolean
  readonly discardTypeDocDefault: boolean
  readonly failOnTrailingData: boolean
}

export function avroOptionsOf(config: SpecValues<typeof avroKeys>): AvroOptions {
  return {
    connectMetaData: config['connect.meta.data'],
    enhanced: config['enhanced.avro.schema.support'],
    generalized: config['generalized.sum.type.support'],
    ignoreDefaultForNullables: config['ignore.default.for.nullables'],
    scrub: config['scrub.invalid.names'],
    allowOptionalMapKeys: config['allow.optional.map.keys'],
    flattenSingletonUnions: config['flatten.singleton.unions'],
    discardTypeDocDefault: config['discard.type.doc.default'],
    failOnTrailingData: config['avro.fail.on.trailing.data'],
  }
}
