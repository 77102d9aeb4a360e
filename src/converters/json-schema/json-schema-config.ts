import { type ConfigSpec, oneOfIgnoreCase, type SpecValues } from '../../sdk/index.ts'
import { defineConverterConfig } from '../converter-config.ts'
import { onlyDefault, refusedKey } from '../registry/refused-key.ts'
import { registryKeys } from '../registry/registry-config.ts'

const NO_CLASSES = 'data is read as Connect data, not as objects of a class'
const FROM_CONNECT = 'schemas come from Connect schemas, not from classes'

const dataKeys = {
  'generalized.sum.type.support': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Marks enums and unions in the way that all formats have in common.',
  },
  'ignore.default.for.nullables': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Writes null as null, not as the default of its schema.',
  },
  'object.additional.properties': {
    type: 'boolean',
    default: true,
    importance: 'medium',
    doc: 'Whether schemas that are written allow properties that they do not name.',
  },
  'use.optional.for.nonrequired': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Reads properties that are not required as optional fields.',
  },
  'ignore.modern.dialects': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Reads schemas of drafts after 7 as if they were of draft 7.',
  },
  'decimal.format': {
    type: 'string',
    default: 'BASE64',
    importance: 'low',
    validator: oneOfIgnoreCase('BASE64', 'NUMERIC'),
    doc: 'How decimals are written: BASE64 (bytes of the unscaled value) or NUMERIC (a JSON number). Both are read.',
  },
  'flatten.singleton.unions': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Reads a oneOf, anyOf or allOf of one schema as that schema.',
  },
  'preserve.additional.properties': onlyDefault(
    'false',
    'properties that a schema does not name have no place in a struct',
  ),
  'json.fail.invalid.schema': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Validates data against its schema, when it is written and when it is read.',
  },
  'json.fail.unknown.properties': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Only for classes of Java: properties that a schema does not name are left out. To refuse them set json.fail.invalid.schema=true and have additionalProperties=false in the schema.',
  },
  'json.validate.before.domain.rules': onlyDefault('false', 'there are no rules'),
  'json.write.dates.iso8601': onlyDefault('false', 'dates are numbers, as their schema says'),
  'json.schema.spec.version': onlyDefault('draft_7', FROM_CONNECT),
  'json.schema.scan.packages': onlyDefault('', FROM_CONNECT),
  'json.oneof.for.nullables': onlyDefault('true', FROM_CONNECT),
  'json.default.property.inclusion': refusedKey('all fields of a struct are written'),
  'json.envelope.detection': onlyDefault('true', 'values with a schema have no envelope'),
  'json.indent.output': onlyDefault('false', 'JSON is written without blanks'),
  'json.key.type': onlyDefault('java.lang.Object', NO_CLASSES),
  'json.value.type': onlyDefault('java.lang.Object', NO_CLASSES),
  'type.property': onlyDefault('javaType', NO_CLASSES),
  'json.type.allowed.packages': onlyDefault('*', NO_CLASSES),
} as const satisfies ConfigSpec

/** Settings of the JSON Schema converter, with the names and defaults of Confluent's. */
export const jsonSchemaConfig = defineConverterConfig({ ...registryKeys, ...dataKeys })

export type JsonSchemaConfig = SpecValues<typeof jsonSchemaConfig.keys>
