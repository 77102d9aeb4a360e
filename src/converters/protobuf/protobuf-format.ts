import { ConnectError, type Schema } from '../../sdk/index.ts'
import type {
  CompleteSchema,
  RegistryFormat,
  ValueReader,
  ValueWriter,
} from '../registry/registry-format.ts'
import { misfit } from './compatibility.ts'
import { protoOfSchema, type RootMessage } from './connect-to-proto.ts'
import { type MessageDecoder, messageDecoder } from './decoder.ts'
import { type MessageType, messageAt, messageNamed, type ProtoFile } from './descriptor.ts'
import { messageWriter } from './encoder.ts'
import { readIndexes, writeIndexes } from './message-indexes.ts'
import { linkedProto, protoFileOf } from './proto-files.ts'
import { protoText } from './proto-text.ts'
import type { ProtobufConfig } from './protobuf-config.ts'
import { type ProtobufOptions, protobufOptions } from './protobuf-options.ts'

interface WrittenSchema extends RootMessage {
  readonly text: string
}

/** What the Protobuf converter adds to the registry's. */
export function protobufFormat(config: ProtobufConfig): RegistryFormat {
  const options = protobufOptions(config)
  const schemas = new WeakMap<Schema, WrittenSchema>()
  const written = (schema: Schema | null): WrittenSchema => {
    if (schema === null) throw schemaless()
    const known = schemas.get(schema)
    if (known !== undefined) return known
    const root = protoOfSchema(schema, options)
    const made = { ...root, text: protoText(root.file) }
    schemas.set(schema, made)
    return made
  }
  return {
    language: 'PROTOBUF',
    title: 'Protobuf',
    define(schema) {
      const { text, message } = written(schema)
      return { language: 'PROTOBUF', text, references: [], record: message.fullName }
    },
    isTombstone: () => true,
    writer(schema, { text }, target) {
      const root = written(schema)
      const isOwn = target.text === text
      const message = isOwn ? root.message : targetMessage(protoFileOf(target), root.message)
      return valueWriter(schema as Schema, message, options, isOwn)
    },
    incompatibility(reader, { text }) {
      const file = protoFileOf(reader)
      for (const message of linkedProto(text, 'the schema that is written').messages) {
        const problem = misfit(targetMessage(file, message), message)
        if (problem !== null) return problem
      }
      return null
    },
    recordOf: (stored) => protoFileOf(stored).messages[0]?.fullName ?? null,
    reader: (stored, version, target) =>
      valueReader(protoFileOf(stored), target, version, options, stored.id),
  }
}

/** The message of that name, with or without its package, else the first one. */
function targetMessage(file: ProtoFile, { fullName, name }: MessageType): MessageType {
  const found =
    messageNamed(file, fullName) ??
    file.messages.find((message) => message.name === name) ??
    file.messages[0]
  if (found === undefined) throw invalid('The schema of the registry has no message')
  return found
}

function valueWriter(
  schema: Schema,
  message: MessageType,
  options: ProtobufOptions,
  isOwn: boolean,
): ValueWriter {
  // What another schema does not have is left out: whether that may be was checked before.
  const write = messageWriter(schema, message, { ...options, isStrict: isOwn })
  return (out, value) => {
    writeIndexes(out, message.indexes)
    write(out, value)
  }
}

/** Decoders are made for the messages that are met. */
function valueReader(
  file: ProtoFile,
  target: CompleteSchema | null,
  version: number | null,
  options: ProtobufOptions,
  id: number,
): ValueReader {
  const targetFile = target === null ? null : protoFileOf(target)
  const decoders = new Map<string, MessageDecoder>()
  const decoderOf = (indexes: readonly number[]): MessageDecoder => {
    const key = indexes.join()
    const known = decoders.get(key)
    if (known !== undefined) return known
    const message = messageAt(file, indexes)
    if (message === null) throw noMessage(indexes, id)
    const read = targetFile === null ? message : targetMessage(targetFile, message)
    const decoder = messageDecoder(read, options, target?.version ?? version)
    decoders.set(key, decoder)
    return decoder
  }
  let first: MessageDecoder | null = null
  return (bytes, start, end) => {
    // Nearly all data is of the first message of its file.
    if (start < end && bytes[start] === 0) {
      first ??= decoderOf([0])
      return { schema: first.schema, value: first.read(bytes, start + 1, end) }
    }
    const place = readIndexes(bytes, start, end)
    const decoder = decoderOf(place.indexes)
    return { schema: decoder.schema, value: decoder.read(bytes, place.start, end) }
  }
}

function noMessage(indexes: readonly number[], id: number): ConnectError {
  return invalid(
    `The schema with id ${id} has no message at ${indexes.join('.')}: the data may be cut, or written without message indexes`,
  )
}

function schemaless(): ConnectError {
  return invalid(
    'A value without schema has no Protobuf form: use a source or transform that gives a schema, or org.apache.kafka.connect.json.JsonConverter',
  )
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
