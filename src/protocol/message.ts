import { type Cursor, corrupt } from './cursor.ts'
import type { Field, Fields, FieldsIn, FieldsOut, Scalar } from './fields.ts'
import { Writer } from './writer.ts'

interface MessageOptions<F extends Fields> {
  /** API key; null for bytes inside other messages. */
  readonly key: number | null
  /** As in Apache Kafka's message definitions. */
  readonly name: string
  /** First and last version. */
  readonly versions: readonly [first: number, last: number]
  /** First version with compact lengths and tagged fields; null for none. */
  readonly flexibleSince: number | null
  readonly fields: F
}

export interface Message<F extends Fields = Fields> extends MessageOptions<F> {
  /**
   * Appends `value` as `version` has it; fields that this version lacks are left out.
   * @throws TypeError for null where the version doesn't have it: a bug of the caller.
   */
  encode(writer: Writer, version: number, value: FieldsIn<F>): void
  /** @throws ConnectError RECORD_CORRUPT */
  decode(cursor: Cursor, version: number): FieldsOut<F>
  /** True when the version has compact lengths and tagged fields, and so has its header. */
  isFlexible(version: number): boolean
}

export type Decoded<M extends { readonly fields: Fields }> = FieldsOut<M['fields']>
/** What `encode` takes: fields with a default may be left out. */
export type Encodable<M extends { readonly fields: Fields }> = FieldsIn<M['fields']>

type Read = (cursor: Cursor) => unknown
type Write = (writer: Writer, value: unknown) => void

interface Codec {
  readonly read: Read
  readonly write: Write
}

/** Declares a message once for all its versions and both directions. */
export function defineMessage<const F extends Fields>(options: MessageOptions<F>): Message<F> {
  const [first, last] = options.versions
  const codecs: Codec[] = []
  const isFlexible = (version: number): boolean =>
    options.flexibleSince !== null && version >= options.flexibleSince

  const codecOf = (version: number): Codec => {
    const known = codecs[version]
    if (known !== undefined) return known
    if (version < first || version > last) {
      throw new RangeError(`${options.name} has versions ${first} to ${last}, not ${version}`)
    }
    const scope = { version, flexible: isFlexible(version), path: options.name }
    const codec = structCodec(options.fields, scope)
    codecs[version] = codec
    return codec
  }

  return {
    ...options,
    isFlexible,
    encode: (writer, version, value) => codecOf(version).write(writer, value),
    decode: (cursor, version) => codecOf(version).read(cursor) as FieldsOut<F>,
  }
}

interface Scope {
  readonly version: number
  readonly flexible: boolean
  /** Where in the message, for errors. */
  readonly path: string
}

interface FieldCodec extends Codec {
  readonly name: string
  readonly default: unknown
}

interface TaggedCodec extends FieldCodec {
  readonly tag: number
  /** The default as it would be sent; a value that encodes to it isn't. */
  readonly defaultBytes: Buffer
}

function structCodec(fields: Fields, scope: Scope): Codec {
  const { version } = scope
  const absent: [string, unknown][] = []
  const plain: FieldCodec[] = []
  const tagged: TaggedCodec[] = []
  for (const [name, field] of Object.entries(fields)) {
    if (version < field.since || version > field.until) {
      absent.push([name, field.default])
      continue
    }
    const inner = { ...scope, path: `${scope.path}.${name}` }
    const codec = { name, default: field.default, ...fieldCodec(field, inner) }
    if (field.tag === null) plain.push(codec)
    else tagged.push({ ...codec, tag: field.tag, defaultBytes: bytesOf(codec, field.default) })
  }
  const defaults = Object.fromEntries([...absent, ...tagged.map((tag) => [tag.name, tag.default])])

  return {
    read(cursor) {
      const value: Record<string, unknown> = { ...defaults }
      for (const { name, read } of plain) value[name] = read(cursor)
      if (scope.flexible) readTagged(cursor, tagged, value)
      return value
    },
    write(writer, value) {
      const given = value as Record<string, unknown>
      for (const codec of plain) codec.write(writer, givenOrDefault(given, codec))
      if (scope.flexible) writeTagged(writer, tagged, given)
    },
  }
}

function givenOrDefault(given: Record<string, unknown>, codec: FieldCodec): unknown {
  const value = given[codec.name]
  return value === undefined ? codec.default : value
}

function readTagged(
  cursor: Cursor,
  tagged: readonly TaggedCodec[],
  value: Record<string, unknown>,
): void {
  for (let left = cursor.readUvarint(); left > 0; left--) {
    const tag = cursor.readUvarint()
    const sizeBytes = cursor.readUvarint()
    const start = cursor.skip(sizeBytes)
    const codec = tagged.find((known) => known.tag === tag)
    if (codec === undefined) continue
    cursor.at = start
    value[codec.name] = codec.read(cursor)
    if (cursor.at !== start + sizeBytes) {
      throw corrupt(`Tagged field ${codec.name} isn't as long as it says.`)
    }
  }
}

function writeTagged(
  writer: Writer,
  tagged: readonly TaggedCodec[],
  given: Record<string, unknown>,
): void {
  const present = tagged
    .map((codec) => ({ codec, bytes: bytesOf(codec, givenOrDefault(given, codec)) }))
    .filter(({ codec, bytes }) => !bytes.equals(codec.defaultBytes))
  writer.writeUvarint(present.length)
  for (const { codec, bytes } of present) {
    writer.writeUvarint(codec.tag)
    writer.writeUvarint(bytes.length)
    writer.writeBytes(bytes)
  }
}

function bytesOf(codec: Codec, value: unknown): Buffer {
  const writer = new Writer(64)
  codec.write(writer, value)
  return writer.toBuffer()
}

function fieldCodec(field: Field, scope: Scope): Codec {
  const nullable = scope.version >= field.nullableSince
  if (!field.isArray) return elementCodec(field.element, nullable, scope)
  const element = elementCodec(field.element, false, scope)
  const length = scope.flexible ? compactLength : int32Length
  return orNull(nullable, scope, length, {
    read(cursor, count) {
      // Every element takes a byte at least, so a count that can't be true is refused at once.
      if (count > cursor.remaining) throw corrupt(`${scope.path} can't have ${count} elements.`)
      const values: unknown[] = []
      for (let left = count; left > 0; left--) values.push(element.read(cursor))
      return values
    },
    write(writer, value) {
      const values = value as readonly unknown[]
      length.write(writer, values.length)
      for (const one of values) element.write(writer, one)
    },
  })
}

function elementCodec(element: Scalar | Fields, nullable: boolean, scope: Scope): Codec {
  if (typeof element !== 'string') return structCodec(element, scope)
  if (element === 'string') {
    const length = scope.flexible ? compactLength : int16Length
    return orNull(nullable, scope, length, {
      read: (cursor, sizeBytes) => cursor.readUtf8(sizeBytes),
      write(writer, value) {
        const text = value as string
        const sizeBytes = Buffer.byteLength(text)
        length.write(writer, sizeBytes)
        writer.writeUtf8(text, sizeBytes)
      },
    })
  }
  if (element === 'bytes' || element === 'records') {
    const length = scope.flexible ? compactLength : int32Length
    return orNull(nullable, scope, length, {
      read: (cursor, sizeBytes) => cursor.take(sizeBytes),
      write(writer, value) {
        const bytes = value as Uint8Array
        length.write(writer, bytes.length)
        writer.writeShared(bytes)
      },
    })
  }
  return fixedCodecs[element]
}

interface LengthCodec {
  /** -1 for null. */
  read(cursor: Cursor): number
  write(writer: Writer, length: number): void
}

const compactLength: LengthCodec = {
  read: (cursor) => cursor.readUvarint() - 1,
  write: (writer, length) => writer.writeUvarint(length + 1),
}
const int16Length: LengthCodec = {
  read: (cursor) => cursor.readInt16(),
  write: (writer, length) => writer.writeInt16(length),
}
const int32Length: LengthCodec = {
  read: (cursor) => cursor.readInt32(),
  write: (writer, length) => writer.writeInt32(length),
}

/** What follows a length that is zero or more. */
interface Body {
  read(cursor: Cursor, length: number): unknown
  /** Writes the length too. */
  write(writer: Writer, value: unknown): void
}

function orNull(nullable: boolean, { path }: Scope, length: LengthCodec, body: Body): Codec {
  return {
    read(cursor) {
      const count = length.read(cursor)
      if (count >= 0) return body.read(cursor, count)
      if (!nullable) throw corrupt(`${path} is null.`)
      return null
    },
    write(writer, value) {
      if (value !== null) return body.write(writer, value)
      if (!nullable) throw new TypeError(`${path} is null`)
      length.write(writer, -1)
    },
  }
}

const fixedCodecs: { readonly [S in Exclude<Scalar, 'string' | 'bytes' | 'records'>]: Codec } = {
  bool: {
    read: (cursor) => cursor.readBool(),
    write: (writer, value) => writer.writeBool(value as boolean),
  },
  int8: {
    read: (cursor) => cursor.readInt8(),
    write: (writer, value) => writer.writeInt8(value as number),
  },
  int16: {
    read: (cursor) => cursor.readInt16(),
    write: (writer, value) => writer.writeInt16(value as number),
  },
  int32: {
    read: (cursor) => cursor.readInt32(),
    write: (writer, value) => writer.writeInt32(value as number),
  },
  int64: {
    read: (cursor) => cursor.readInt64(),
    write: (writer, value) => writer.writeInt64(value as number),
  },
  uuid: {
    read: (cursor) => cursor.readUuid(),
    write: (writer, value) => writer.writeUuid(value as string),
  },
}
