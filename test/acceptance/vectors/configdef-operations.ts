import {
  type ConfigDefinition,
  type ConfigKey,
  type ConfigSpec,
  type ConfigType,
  defineConfig,
  extendConfig,
  type Recommender,
  type Validator,
} from '../../../src/config/definition.ts'
import { checkDefault, parseConfig, parseValue } from '../../../src/config/parse.ts'
import { Password } from '../../../src/config/password.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import { validateConfig } from '../../../src/config/report.ts'
import { convertToString } from '../../../src/config/text.ts'
import {
  allOf,
  atLeast,
  between,
  distinctList,
  listOfAtMost,
  nonEmptyString,
  nonEmptyStringWithoutControlChars,
  nonNull,
  oneOf,
  oneOfIgnoreCase,
} from '../../../src/config/validators.ts'
import { Float64 } from '../../../src/data/numbers.ts'
import type { Operation } from './case.ts'

type Encoded = Readonly<Record<string, unknown>> | null

type ValidatorShape =
  | 'nonEmpty'
  | 'nonNull'
  | 'nonEmptyNoControl'
  | { readonly atLeast: number }
  | { readonly between: readonly [number, number] }
  | { readonly oneOf: readonly string[] }
  | { readonly oneOfIgnoreCase: readonly string[] }
  | { readonly listSize: number }
  | { readonly listIn: { readonly values: readonly string[]; readonly emptyAllowed?: boolean } }
  | { readonly listAny: { readonly emptyAllowed: boolean; readonly nullAllowed: boolean } }
  | { readonly all: readonly ValidatorShape[] }

interface RecommenderShape {
  readonly values?: readonly Encoded[]
  readonly throws?: string
  readonly visibleWhen?: { readonly key: string; readonly equals: Encoded }
}

interface KeyShape {
  readonly name: string
  readonly type: string
  readonly default?: Encoded
  readonly validator?: ValidatorShape | null
  readonly group?: string
  readonly order?: number
  readonly dependents?: readonly string[]
  readonly recommender?: RecommenderShape
}

interface ConfigCase {
  readonly type: string
  readonly name: string
  readonly value: Encoded
  readonly def: readonly KeyShape[]
  readonly props: ConfigProps
}

/** Classes that the recorded cases name. */
const classes = (name: string) =>
  /^(java\.lang\.String|org\.apache\.kafka\.connect\.\w+(\.\w+)*(\$\w+)?)$/.test(name) &&
  !name.endsWith('Cast.Value')
    ? name
    : null

/** Operations of the suite `configdef`; each gives the outcome in the form of `expect`. */
export const configdefOperations: Readonly<Record<string, Operation>> = {
  'config.parseType'({ type, name, value }: ConfigCase) {
    const kind = configType(type)
    return { value: encode(parseValue(name, decode(value), kind, classes), kind) }
  },
  'config.toText'({ type, value }: ConfigCase) {
    return { text: convertToString(decode(value), configType(type)) }
  },
  'config.define'({ def }: ConfigCase) {
    define(def)
    return { defined: true }
  },
  'config.parse'({ def, props }: ConfigCase) {
    const definition = define(def)
    const values = Object.entries(parseConfig(definition, props, classes))
    return {
      values: Object.fromEntries(values.map(([k, v]) => [k, encode(v, typeOf(definition, k))])),
    }
  },
  'config.validate'({ def, props }: ConfigCase) {
    const definition = define(def)
    const values = validateConfig(definition, props, classes).values.map((value) => ({
      name: value.name,
      value: encode(value.value, typeOf(definition, value.name)),
      recommended: value.recommendedValues.map((each) =>
        encode(each, typeOf(definition, value.name)),
      ),
      errors: value.errors,
      visible: value.visible,
    }))
    return { values: values.sort((a, b) => (a.name < b.name ? -1 : 1)) }
  },
}

function configType(name: string): ConfigType {
  return name.toLowerCase() as ConfigType
}

function typeOf(definition: ConfigDefinition, name: string): ConfigType {
  return definition.keys[name]?.type ?? 'string'
}

function define(keys: readonly KeyShape[]): ConfigDefinition {
  const empty: ConfigDefinition = defineConfig({})
  return keys.reduce((definition, shape) => {
    const key = configKey(shape)
    checkDefault(shape.name, key, classes)
    const spec: ConfigSpec = { [shape.name]: key }
    return extendConfig(definition, spec)
  }, empty)
}

function configKey({ type, validator, recommender, ...shape }: KeyShape): ConfigKey {
  return {
    importance: 'high',
    doc: '',
    type: configType(type),
    ...(Object.hasOwn(shape, 'default') && { default: decode(shape.default ?? null) }),
    ...(validator && { validator: decodeValidator(validator) }),
    ...(recommender && { recommender: decodeRecommender(recommender) }),
    ...(shape.dependents && { dependents: shape.dependents }),
  } as ConfigKey
}

function decodeValidator(shape: ValidatorShape): Validator {
  if (shape === 'nonEmpty') return nonEmptyString
  if (shape === 'nonNull') return nonNull
  if (shape === 'nonEmptyNoControl') return nonEmptyStringWithoutControlChars
  if ('atLeast' in shape) return atLeast(shape.atLeast)
  if ('between' in shape) return between(...shape.between)
  if ('oneOf' in shape) return oneOf(...shape.oneOf)
  if ('oneOfIgnoreCase' in shape) return oneOfIgnoreCase(...shape.oneOfIgnoreCase)
  if ('listSize' in shape) return listOfAtMost(shape.listSize)
  if ('listAny' in shape) return distinctList(shape.listAny)
  if ('all' in shape) return allOf(...shape.all.map(decodeValidator))
  const { values, ...options } = shape.listIn
  return distinctList({ of: values, ...options })
}

function decodeRecommender({ values = [], throws, visibleWhen }: RecommenderShape): Recommender {
  return {
    validValues() {
      if (throws !== undefined) throw new Error(throws)
      return values.map(decode)
    },
    visible: (_name, parsed) =>
      visibleWhen === undefined || parsed[visibleWhen.key] === decode(visibleWhen.equals),
  }
}

function decode(value: Encoded): unknown {
  if (value === null) return null
  const [[kind, content] = ['', null]] = Object.entries(value)
  if (kind === 'list') return (content as Encoded[]).map(decode)
  if (kind === 'int64') return Number(content)
  if (kind === 'password') return new Password(String(content))
  if (kind === 'float64')
    return Number.isInteger(content) ? new Float64(Number(content)) : Number(content)
  return content
}

const kinds = {
  boolean: 'boolean',
  string: 'string',
  int: 'int32',
  short: 'int16',
  class: 'class',
} as const

function encode(value: unknown, type: ConfigType): Encoded {
  if (value === null) return null
  if (value instanceof Password) return { password: value.value }
  if (Array.isArray(value)) return { list: value.map((each) => encode(each, 'string')) }
  if (type === 'long') return { int64: String(value) }
  if (type !== 'double')
    return { [type in kinds ? kinds[type as keyof typeof kinds] : type]: value }
  const number = Number(value)
  const text = Object.is(number, -0) ? '-0.0' : String(number)
  return { float64: Number.isFinite(number) && text !== '-0.0' ? number : text }
}
