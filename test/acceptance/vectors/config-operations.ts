import { ConnectError } from '../../../src/base/errors.ts'
import {
  type ConfigDefinition,
  type ConfigKey,
  type ConfigSpec,
  type ConfigType,
  defineConfig,
  extendConfig,
  type Validator,
} from '../../../src/config/definition.ts'
import { checkDefault, parseConfig, parseValue } from '../../../src/config/parse.ts'
import { Password } from '../../../src/config/password.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import { type ConfigValue, validateConfig } from '../../../src/config/report.ts'
import { convertToString } from '../../../src/config/text.ts'
import * as validators from '../../../src/config/validators.ts'
import { doubleText } from '../../../src/data/number-text.ts'
import type { Operation } from './case.ts'
import { decodeValue, type ValueJson } from './codec.ts'

interface KeyJson {
  readonly name: string
  readonly type: string
  readonly default?: ValueJson
  readonly validator?: ValidatorJson | null
  readonly dependents?: readonly string[]
  readonly group?: string
  readonly order?: number
  readonly width?: string
  readonly display?: string
  readonly recommender?: {
    readonly values?: readonly ValueJson[]
    readonly throws?: string
    readonly visibleWhen?: { readonly key: string; readonly equals: ValueJson }
  }
}

type ValidatorJson =
  | 'nonEmpty'
  | 'nonNull'
  | 'nonEmptyNoControl'
  | {
      readonly atLeast?: number
      readonly between?: readonly [number, number]
      readonly oneOf?: readonly string[]
      readonly oneOfIgnoreCase?: readonly string[]
      readonly listSize?: number
      readonly listIn?: { readonly values: readonly string[]; readonly emptyAllowed?: boolean }
      readonly listAny?: { readonly emptyAllowed: boolean; readonly nullAllowed: boolean }
      readonly all?: readonly ValidatorJson[]
    }

interface PropsCase {
  readonly def: readonly KeyJson[]
  readonly props: ConfigProps
}

interface TypedCase {
  readonly type: string
  readonly name: string
  readonly value: ValueJson
}

export const configOperations: Readonly<Record<string, Operation>> = {
  'config.parseType': ({ type, name, value }: TypedCase) => ({
    value: encode(parseValue(name, decode(value, type), typeOf(type), classOf), typeOf(type)),
  }),
  'config.toText': ({ type, value }: TypedCase) => ({
    text: convertToString(decode(value, type), typeOf(type)),
  }),
  'config.define': ({ def }: PropsCase) => {
    definitionOf(def)
    return { defined: true }
  },
  'config.parse': ({ def, props }: PropsCase) => {
    const definition = definitionOf(def)
    const values = Object.entries(parseConfig(definition, props, classOf))
    return {
      values: Object.fromEntries(
        values.map(([name, value]) => [name, encode(value, definition.keys[name]?.type)]),
      ),
    }
  },
  'config.validate': ({ def, props }: PropsCase) => {
    const definition = definitionOf(def)
    const { values } = validateConfig(definition, props, classOf)
    const sorted = [...values].sort((a, b) => (a.name < b.name ? -1 : 1))
    return { values: sorted.map((value) => encodeReport(value, definition)) }
  },
}

/** The classes that the cases name. */
function classOf(name: string): string | null {
  return /^(java\.lang|org\.apache\.kafka)\./.test(name) && !name.includes('.Cast.') ? name : null
}

function typeOf(type: string): ConfigType {
  return type.toLowerCase() as ConfigType
}

/** A value as code would give it: plain numbers but where the type tells another width. */
function decode(json: ValueJson | undefined, type?: string): unknown {
  const [kind, content] = Object.entries(json ?? {})[0] ?? []
  if (kind === 'class') return content
  if (kind === 'password') return new Password(String(content))
  if (kind === 'list') return (content as readonly ValueJson[]).map((each) => decode(each))
  if (type === 'DOUBLE' && /^(?:int|float)/.test(kind ?? '')) return Number(content)
  if (kind === 'int64' && type !== 'LONG') return BigInt(String(content))
  return isPlainInteger(kind, type) ? integer(String(content)) : decodeValue(json, null)
}

function isPlainInteger(kind = '', type: string | undefined): boolean {
  if (type === 'SHORT') return kind === 'int16'
  if (type === 'LONG') return kind === 'int32' || kind === 'int64'
  return kind === 'int32'
}

function integer(text: string): number | bigint {
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)
}

const kinds: Readonly<Record<ConfigType, string>> = {
  boolean: 'boolean',
  string: 'string',
  int: 'int32',
  short: 'int16',
  long: 'int64',
  double: 'float64',
  list: 'list',
  class: 'class',
  password: 'password',
}

function encode(value: unknown, type: ConfigType = 'string'): ValueJson {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return { list: value.map((element) => ({ string: element })) }
  if (value instanceof Password) return { password: value.value }
  if (type === 'long') return { int64: String(value) }
  if (type !== 'double') return { [kinds[type]]: value }
  const double = Number(value)
  const isPlain = Number.isFinite(double) && !Object.is(double, -0)
  return { float64: isPlain ? double : doubleText(double) }
}

function encodeReport(value: ConfigValue, definition: ConfigDefinition): object {
  const type = definition.keys[value.name]?.type
  return {
    name: value.name,
    value: encode(value.value, type),
    recommended: value.recommendedValues.map((each) => encode(each, type)),
    errors: value.errors,
    visible: value.visible,
  }
}

function definitionOf(keys: readonly KeyJson[]): ConfigDefinition {
  return keys.reduce<ConfigDefinition>((definition, json) => {
    const key = keyOf(json)
    checkDefault(json.name, key, classOf)
    return extendConfig<ConfigSpec, ConfigSpec>(definition, { [json.name]: key })
  }, defineConfig({}))
}

function keyOf(json: KeyJson): ConfigKey {
  const { recommender, validator } = json
  return {
    type: typeOf(json.type),
    importance: 'high',
    doc: '',
    ...(json.default !== undefined && { default: decode(json.default, json.type) }),
    ...(validator && { validator: validatorOf(validator) }),
    ...(json.dependents !== undefined && { dependents: json.dependents }),
    ...(recommender !== undefined && { recommender: recommenderOf(recommender) }),
  } as ConfigKey
}

function recommenderOf(json: NonNullable<KeyJson['recommender']>) {
  return {
    validValues() {
      if (json.throws !== undefined) {
        throw new ConnectError(json.throws, { code: 'CONFIG_INVALID' })
      }
      return (json.values ?? []).map((each) => decode(each))
    },
    visible(_name: string, parsed: Readonly<Record<string, unknown>>) {
      const { visibleWhen } = json
      return visibleWhen === undefined || parsed[visibleWhen.key] === decode(visibleWhen.equals)
    },
  }
}

function validatorOf(json: ValidatorJson): Validator {
  if (json === 'nonEmpty') return validators.nonEmptyString
  if (json === 'nonNull') return validators.nonNull
  if (json === 'nonEmptyNoControl') return validators.nonEmptyStringWithoutControlChars
  if (json.atLeast !== undefined) return validators.atLeast(json.atLeast)
  if (json.between !== undefined) return validators.between(...json.between)
  if (json.oneOf !== undefined) return validators.oneOf(...json.oneOf)
  if (json.oneOfIgnoreCase !== undefined) return validators.oneOfIgnoreCase(...json.oneOfIgnoreCase)
  if (json.listSize !== undefined) return validators.listOfAtMost(json.listSize)
  if (json.all !== undefined) return validators.allOf(...json.all.map(validatorOf))
  return listValidatorOf(json)
}

function listValidatorOf({ listIn, listAny }: Exclude<ValidatorJson, string>): Validator {
  if (listAny !== undefined) return validators.distinctList(listAny)
  if (listIn === undefined) throw new TypeError('vectors have an unknown validator')
  const { values, emptyAllowed } = listIn
  return validators.distinctList({
    of: values,
    ...(emptyAllowed !== undefined && { emptyAllowed }),
  })
}
