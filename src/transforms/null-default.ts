import type { ConfigKey, ConnectValue, Field, Struct } from '../sdk/index.ts'

/** The setting of all transformations that read fields of structs. */
export const replaceNullWithDefault = {
  'replace.null.with.default': {
    type: 'boolean',
    default: true,
    importance: 'medium',
    doc: 'Whether a field that is null counts as the default of its schema, where that has one.',
  },
} as const satisfies Record<string, ConfigKey>

/** Reads a field as `replace.null.with.default` says. */
export type FieldReader = (struct: Struct, field: Field) => ConnectValue

export function fieldReader(config: {
  readonly 'replace.null.with.default': boolean
}): FieldReader {
  return config['replace.null.with.default']
    ? (struct, { index, schema }) => struct.values[index] ?? schema.defaultValue
    : (struct, { index }) => struct.values[index] ?? null
}
