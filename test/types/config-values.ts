import { type ConfigValues, defineConfig, type Password, parseConfig } from '../../src/sdk/index.ts'

const definition = defineConfig({
  required: { type: 'string', importance: 'high', doc: 'Always there.' },
  defaulted: { type: 'string', default: 'x', importance: 'high', doc: 'Never null.' },
  nullable: { type: 'string', default: null, importance: 'high', doc: 'Null when absent.' },
  flag: { type: 'boolean', default: false, importance: 'low', doc: 'A flag.' },
  'with.dots': { type: 'int', default: 1, importance: 'low', doc: 'A number.' },
  names: { type: 'list', default: [], importance: 'low', doc: 'Several.' },
  secret: { type: 'password', importance: 'low', doc: 'Hidden.' },
})

export type Values = ConfigValues<typeof definition>

const values = parseConfig(definition, {})

/** Every value has the type that its definition says. */
export const exact: {
  readonly required: string
  readonly defaulted: string
  readonly nullable: string | null
  readonly flag: boolean
  readonly 'with.dots': number
  readonly names: readonly string[]
  readonly secret: Password
} = values

// @ts-expect-error the definition has `with.dots`
export const wrongName: unknown = values['with.dot']
// @ts-expect-error null when absent
export const mayBeNull: string = values.nullable
// @ts-expect-error a password is no text: it would be logged
export const noText: string = values.secret
// @ts-expect-error values are read only
values.flag = true

defineConfig({
  // @ts-expect-error there is no type `integer`
  wrongType: { type: 'integer', importance: 'high', doc: 'No.' },
})
defineConfig({
  // @ts-expect-error a default has the type of the setting
  wrongDefault: { type: 'int', default: 'one', importance: 'high', doc: 'No.' },
})
defineConfig({
  // @ts-expect-error every setting has a text for its users
  undocumented: { type: 'int', importance: 'high' },
})
