import type { JsonSchemaConfig } from './json-schema-config.ts'

export interface JsonSchemaOptions {
  readonly generalizedSumTypes: boolean
  /** Null is not written as the default of its schema. */
  readonly ignoreDefaults: boolean
  readonly allowAdditionalProperties: boolean
  readonly optionalForNonRequired: boolean
  readonly ignoreModernDialects: boolean
  readonly decimalFormat: 'BASE64' | 'NUMERIC'
  readonly flattenSingletonUnions: boolean
  readonly validates: boolean
}

export function jsonSchemaOptions(config: JsonSchemaConfig): JsonSchemaOptions {
  const isNumeric = config['decimal.format'].toUpperCase() === 'NUMERIC'
  return {
    generalizedSumTypes: config['generalized.sum.type.support'],
    ignoreDefaults: config['ignore.default.for.nullables'],
    allowAdditionalProperties: config['object.additional.properties'],
    optionalForNonRequired: config['use.optional.for.nonrequired'],
    ignoreModernDialects: config['ignore.modern.dialects'],
    decimalFormat: isNumeric ? 'NUMERIC' : 'BASE64',
    flattenSingletonUnions: config['flatten.singleton.unions'],
    validates: config['json.fail.invalid.schema'],
  }
}
