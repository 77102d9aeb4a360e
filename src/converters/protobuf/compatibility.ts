import { type FieldType, isScalar, type MessageType } from './descriptor.ts'

/** Why data of `written` does not fit into `reader`, by the names of fields; null when it does. */
export function misfit(reader: MessageType, written: MessageType): string | null {
  return misfitWithin(reader, written, new Set())
}

function misfitWithin(
  reader: MessageType,
  written: MessageType,
  visited: Set<MessageType>,
): string | null {
  if (visited.has(written)) return null
  visited.add(written)
  for (const field of written.fields) {
    const target = reader.fields.find(({ name }) => name === field.name)
    if (target === undefined) return `message ${reader.fullName} has no field ${field.name}`
    const problem = fieldMisfit(target, field, reader, visited)
    if (problem !== null) return problem
  }
  return null
}

function fieldMisfit(
  target: FieldType,
  field: FieldType,
  reader: MessageType,
  visited: Set<MessageType>,
): string | null {
  const [expected, given] = [kindOf(target), kindOf(field)]
  if (expected !== given && wider[given] !== expected) {
    return `field ${field.name} of message ${reader.fullName} is ${expected}, not ${given}`
  }
  if (isScalar(target.type) || isScalar(field.type)) return null
  if (target.type.kind === 'enum' || field.type.kind === 'enum') return null
  return misfitWithin(target.type, field.type, visited)
}

/** Kinds that hold all values of another one. */
const wider: Readonly<Record<string, string>> = { int32: 'int64', float: 'double' }

/** What values of a field are, without the way in which numbers are written. */
function kindOf({ type, label }: FieldType): string {
  const repeated = label === 'repeated' ? 'repeated ' : ''
  if (!isScalar(type)) return repeated + type.kind
  // A number of 32 bits without sign is one of 64 bits in Connect.
  const isSigned32 = /^(?:s?int|sfixed)32$/.test(type)
  return repeated + (/^(?:[su]?int|s?fixed)/.test(type) ? (isSigned32 ? 'int32' : 'int64') : type)
}
