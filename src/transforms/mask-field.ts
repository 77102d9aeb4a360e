import {
  BigInteger,
  ConnectError,
  type ConnectValue,
  convertToFloat32,
  convertToFloat64,
  convertToInt8,
  convertToInt16,
  convertToInt32,
  convertToInt64,
  Decimal,
  defineConfig,
  distinctList,
  isConnectObject,
  javaClassOf,
  nonEmptyString,
  parseJavaInteger,
  Schema,
  schemalessForm,
  schemaTypeOf,
} from '../sdk/index.ts'
import { hasNestedSyntax, unlistedFieldSyntaxVersion } from './field-syntax.ts'
import { fieldTree } from './field-tree.ts'
import { mapUpdate } from './map-update.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { requireMap, requireStruct } from './requirements.ts'
import { oncePerSchema } from './schema-update.ts'
import { changesInPlace, updatedStruct } from './struct-update.ts'
import { defineTargeted } from './target.ts'

const PURPOSE = 'mask fields'

/** Puts an empty or a fixed value in place of fields, so that nobody can read them. */
export const maskField = defineTargeted({
  name: 'MaskField',
  config: defineConfig({
    fields: {
      type: 'list',
      importance: 'high',
      validator: distinctList({ emptyAllowed: false }),
      doc: 'Fields to mask.',
    },
    replacement: {
      type: 'string',
      default: null,
      importance: 'low',
      validator: nonEmptyString,
      doc: 'Text or number that masks strings and numbers; 0, false or an empty value when not given.',
    },
    ...replaceNullWithDefault,
    ...unlistedFieldSyntaxVersion,
  }),
  create(config, target) {
    const { replacement } = config
    const tree = fieldTree(
      config.fields.map((path) => [path, null]),
      hasNestedSyntax(config),
    )
    const readField = fieldReader(config)
    const mask: Mask = (value, schema) => {
      if (value === null) return null
      return replacement === null ? emptied(value, schema) : replaced(value, schema, replacement)
    }
    const change = { schema: (schema: Schema) => schema, value: mask }
    const updateOf = oncePerSchema((schema) => changesInPlace(schema, tree, change, readField))
    const updateMap = mapUpdate(tree, (value) => mask(value, null))

    return (record) => {
      const schema = target.schemaOf(record)
      const value = target.valueOf(record)
      if (schema === null) return target.with(record, null, updateMap(requireMap(value, PURPOSE)))
      const struct = requireStruct(value, schema, PURPOSE)
      return target.with(record, schema, updatedStruct(struct, updateOf(struct.schema), readField))
    }
  },
})

type Mask = (value: ConnectValue, schema: Schema | null) => ConnectValue

/** The number in the form that a value of this type has at its place. */
function placed(value: ConnectValue, type: Schema['type'], schema: Schema | null): ConnectValue {
  return schema === null ? schemalessForm(value, new Schema({ type })) : value
}

function emptied(value: NonNullable<ConnectValue>, schema: Schema | null): ConnectValue {
  if (value instanceof Decimal) return new Decimal(0n, 0)
  if (value instanceof Date) return new Date(0)
  if (value instanceof BigInteger) return new BigInteger(0n)
  const type = schemaTypeOf(value, schema?.type)
  switch (type) {
    case 'BOOLEAN':
      return false
    case 'STRING':
      return ''
    case 'ARRAY':
      return []
    case 'MAP':
      return isConnectObject(value) ? {} : new Map()
    case 'INT64':
      return placed(0n, type, schema)
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'FLOAT32':
    case 'FLOAT64':
      return placed(0, type, schema)
    default:
      throw unmaskable(`Cannot mask value of type: class ${javaClassOf(value, schema?.type)}`)
  }
}

const conversions = {
  INT8: convertToInt8,
  INT16: convertToInt16,
  INT32: convertToInt32,
  INT64: convertToInt64,
  FLOAT32: convertToFloat32,
  FLOAT64: convertToFloat64,
} as const

function replaced(
  value: NonNullable<ConnectValue>,
  schema: Schema | null,
  replacement: string,
): ConnectValue {
  if (value instanceof Decimal) return decimalOf(replacement)
  if (value instanceof BigInteger) return bigIntegerOf(replacement)
  const type = schemaTypeOf(value, schema?.type)
  if (type === 'STRING') return replacement
  if (!isNumberType(type)) {
    const javaClass = javaClassOf(value, schema?.type)
    throw unmaskable(`Cannot mask value of type class ${javaClass} with custom replacement.`)
  }
  return placed(conversions[type](null, replacement), type, schema)
}

function isNumberType(type: string | null): type is keyof typeof conversions {
  return type !== null && Object.hasOwn(conversions, type)
}

function decimalOf(replacement: string): Decimal {
  const decimal = Decimal.parse(replacement)
  if (decimal === null) throw noNumber(replacement)
  return decimal
}

function bigIntegerOf(replacement: string): BigInteger {
  const integer = parseJavaInteger(replacement)
  if (integer === null) throw noNumber(replacement)
  return new BigInteger(integer)
}

function noNumber(replacement: string): ConnectError {
  return unmaskable(`Unable to convert ${replacement} (class java.lang.String) to number`)
}

function unmaskable(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
