import type { SchemaType } from '../../sdk/index.ts'
import type { EnumType, FieldType } from './descriptor.ts'
import type { ElementReader } from './element-reader.ts'
import { VARINT } from './wire-reader.ts'

/**
 * Reads enums as the name of their value, or as its number where the schema has numbers. A number
 * without a name is passed over in proto2, and named after itself from proto3 on, as Java does.
 */
export function enumElement(
  type: EnumType,
  schemaType: SchemaType,
  isProto2: boolean,
  defaultValue: FieldType['defaultValue'],
): ElementReader {
  const names = new Map<number, string>()
  // Of several names for a number the first one counts.
  for (const { name, number } of type.values) if (!names.has(number)) names.set(number, name)
  const numbers = new Map(type.values.map(({ name, number }) => [name, number]))
  const first = type.values[0] ?? { name: '', number: 0 }
  const hasNumbers = schemaType === 'INT32'
  const absentName = typeof defaultValue === 'string' ? defaultValue : first.name
  const absent = hasNumbers ? (numbers.get(absentName) ?? first.number) : absentName
  return {
    wireType: VARINT,
    isPackable: true,
    read(reader) {
      const number = reader.int32()
      const name = names.get(number)
      if (name === undefined && isProto2) return null
      if (hasNumbers) return number
      return name ?? `UNKNOWN_ENUM_VALUE_${type.name}_${number}`
    },
    absent: () => absent,
  }
}
