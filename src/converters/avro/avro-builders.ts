import {
  dateBuilder,
  decimalBuilder,
  SchemaBuilder,
  timeBuilder,
  timestampBuilder,
} from '../../sdk/index.ts'
import { jsonText } from './avro-json.ts'
import { avroNames, avroProps, DECIMAL_PRECISION } from './avro-names.ts'
import {
  type AvroPrimitive,
  type AvroRecord,
  type AvroSchema,
  avroError,
  fullNameOf,
  stringProp,
} from './avro-schema.ts'

/** Bytes, or a decimal made of bytes. */
export function bytesBuilder(avro: AvroSchema): SchemaBuilder {
  if (stringProp(avro, avroProps.logicalType)?.toLowerCase() !== 'decimal') {
    return SchemaBuilder.bytes()
  }
  const scale = avro.props.get(avroProps.scale)
  const precision = avro.props.get(avroProps.precision)
  const builder = decimalBuilder(typeof scale === 'number' ? scale : 0)
  if (precision === undefined) return builder
  if (typeof precision !== 'number') {
    throw avroError(`precision property must be a JSON Integer, but is ${jsonText(precision)}`)
  }
  return precision === DECIMAL_PRECISION
    ? builder
    : builder.parameter(avroNames.decimalPrecision, String(precision))
}

export function primitiveBuilder(avro: AvroPrimitive): SchemaBuilder {
  const logicalType = stringProp(avro, avroProps.logicalType)?.toLowerCase() ?? null
  switch (avro.type) {
    case 'boolean':
      return SchemaBuilder.bool()
    case 'int':
      return intBuilder(logicalType, stringProp(avro, avroProps.type))
    case 'long':
      return logicalType === 'timestamp-millis' ? timestampBuilder() : SchemaBuilder.int64()
    case 'float':
      return SchemaBuilder.float32()
    case 'double':
      return SchemaBuilder.float64()
    default:
      return SchemaBuilder.string()
  }
}

function intBuilder(logicalType: string | null, connectType: string | null): SchemaBuilder {
  if (logicalType === 'date') return dateBuilder()
  if (logicalType === 'time-millis') return timeBuilder()
  if (logicalType !== null || connectType === null) return SchemaBuilder.int32()
  if (connectType === 'int8') return SchemaBuilder.int8()
  if (connectType === 'int16') return SchemaBuilder.int16()
  throw avroError('Connect type annotation for Avro int field is null')
}

/** Whether records of this type are the entries of a map. */
export function isMapEntry(record: AvroRecord): boolean {
  return (
    fullNameOf(record) === `${avroNames.namespace}.${avroNames.mapEntry}` ||
    stringProp(record, avroProps.internalType) === avroNames.mapEntry
  )
}
