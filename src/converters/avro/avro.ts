import { type Converter, defineConverter, millraceVersion, type Schema } from '../../sdk/index.ts'
import { createRegistryConverter } from '../registry/registry-converter.ts'
import type {
  CompleteSchema,
  DefinedSchema,
  RegistryFormat,
  ValueReader,
  ValueWriter,
} from '../registry/registry-format.ts'
import { type AvroOptions, avroConfig, avroOptionsOf } from './avro-config.ts'
import { connectSchemaOf } from './avro-connect.ts'
import { AvroCursor } from './avro-cursor.ts'
import { defineAvro } from './avro-define.ts'
import { parseAvro } from './avro-parse.ts'
import { tellingProblems, toldProblem } from './avro-problem.ts'
import { avroReader } from './avro-read.ts'
import { bytesDecoder } from './avro-read-simple.ts'
import { whyUnreadable } from './avro-resolution.ts'
import { type AvroSchema, avroError, fullNameOf } from './avro-schema.ts'
import { avroText } from './avro-text.ts'
import { avroWriter } from './avro-write.ts'
import { bytesEncoder } from './avro-write-simple.ts'

/** Avro data with its schema in a registry. */
export const avroConverter = defineConverter({
  class: 'io.confluent.connect.avro.AvroConverter',
  version: millraceVersion,
  config: avroConfig,
  create: (config, use, given): Converter =>
    createRegistryConverter(createAvroFormat(avroOptionsOf(config)), config, use, given),
})

export function createAvroFormat(options: AvroOptions): RegistryFormat {
  let unions = 0
  const nextUnion = () => unions++
  const cursor = new AvroCursor()
  return {
    language: 'AVRO',
    title: 'Avro',
    define(schema) {
      const avro = defineAvro(schema, options)
      return { language: 'AVRO', text: avroText(avro), references: [], record: recordName(avro) }
    },
    isTombstone(schema) {
      if (schema === null || schema.optional) return true
      throw avroError('Found null value for non-optional schema')
    },
    writer: (schema, defined, target) => valueWriter(schema, defined, target, options),
    incompatibility: (reader, written) => whyUnreadable(parse(reader), parseAvro(written.text)),
    recordOf: (stored) => recordName(parse(stored)),
    reader: (stored, version, target) =>
      valueReader(stored, version, target, { options, nextUnion, cursor }),
  }
}

function parse({ text, referred }: CompleteSchema): AvroSchema {
  return parseAvro(
    text,
    referred.map((each) => each.text),
  )
}

function recordName(avro: AvroSchema): string | null {
  return avro.type === 'record' ? fullNameOf(avro) : null
}

function valueWriter(
  schema: Schema | null,
  defined: DefinedSchema,
  target: CompleteSchema,
  options: AvroOptions,
): ValueWriter {
  const avro = target.text === defined.text ? defineAvro(schema, options) : parse(target)
  // Bytes that are all there is need no length.
  const encode = avro.type === 'bytes' && schema !== null ? bytesEncoder(schema) : null
  const write = tellingProblems('', () => avroWriter(schema, avro, options))
  return (out, value) => {
    try {
      if (encode === null) write(out, value)
      else out.writeBytes(encode(value))
    } catch (error) {
      throw toldProblem(error, '')
    }
  }
}

interface ReaderParts {
  readonly options: AvroOptions
  readonly nextUnion: () => number
  /** One for all schemas: it holds the bytes that it has read last. */
  readonly cursor: AvroCursor
}

function valueReader(
  stored: CompleteSchema,
  version: number | null,
  target: CompleteSchema | null,
  { options, nextUnion, cursor }: ReaderParts,
): ValueReader {
  const written = parse(stored)
  const reader = target === null || target.id === stored.id ? written : parse(target)
  const schema = connectSchemaOf(reader, target?.version ?? version, options, nextUnion)
  const decode = written.type === 'bytes' && schema !== null ? bytesDecoder(schema) : null
  const read = tellingProblems('', () => avroReader(written, reader, schema, options))
  return (bytes, start, end) => {
    try {
      if (decode !== null) return { schema, value: decode(bytes, start, end) }
      cursor.start(bytes, start, end)
      const value = read(cursor)
      if (options.failOnTrailingData && cursor.offset < end) {
        throw avroError(`${end - cursor.offset} bytes are left (avro.fail.on.trailing.data)`)
      }
      return { schema, value }
    } catch (error) {
      throw toldProblem(error, `Error deserializing Avro message for id ${stored.id}: `)
    }
  }
}
