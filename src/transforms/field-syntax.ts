import { type ConfigKey, oneOfIgnoreCase } from '../sdk/index.ts'

const fieldSyntax = {
  type: 'string',
  default: 'V1',
  importance: 'high',
  validator: oneOfIgnoreCase('V1', 'V2'),
  doc: 'V1: names of fields are taken as they are. V2: dots lead into nested fields, backticks keep a name with dots together.',
} as const satisfies ConfigKey

/** The setting of transformations that reach nested fields in the reference too. */
export const fieldSyntaxVersion = {
  'field.syntax.version': fieldSyntax,
} as const satisfies Record<string, ConfigKey>

/** The same where the reference has none: its clients don't see it unless it is given. */
export const unlistedFieldSyntaxVersion = {
  'field.syntax.version': { ...fieldSyntax, isListedOnlyIfGiven: true },
} as const satisfies Record<string, ConfigKey>

/** Whether names of fields are paths. */
export function hasNestedSyntax(config: { readonly 'field.syntax.version': string }): boolean {
  return config['field.syntax.version'].toUpperCase() === 'V2'
}
