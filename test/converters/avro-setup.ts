import { parseConfig } from '../../src/config/parse.ts'
import type { ConfigProps } from '../../src/config/props.ts'
import {
  type AvroOptions,
  avroConfig,
  avroOptionsOf,
} from '../../src/converters/avro/avro-config.ts'
import { connectSchemaOf } from '../../src/converters/avro/avro-connect.ts'
import { defineAvro } from '../../src/converters/avro/avro-define.ts'
import { parseAvro } from '../../src/converters/avro/avro-parse.ts'
import { avroText } from '../../src/converters/avro/avro-text.ts'
import type { Schema } from '../../src/data/schema.ts'

const required = { 'converter.type': 'value', 'schema.registry.url': 'http://unused' }

export function avroOptions(props: ConfigProps = {}): AvroOptions {
  return avroOptionsOf(parseConfig(avroConfig, { ...required, ...props }))
}

/** The Avro schema of a Connect schema, parsed. */
export function avroOf(schema: Schema | null, props: ConfigProps = {}): unknown {
  return JSON.parse(avroText(defineAvro(schema, avroOptions(props))))
}

/** The Connect schema of an Avro schema, as if it were registered with `version`. */
export function connectOf(
  avro: unknown,
  props: ConfigProps = {},
  version: number | null = null,
): Schema | null {
  const text = typeof avro === 'string' ? avro : JSON.stringify(avro)
  let unions = 0
  return connectSchemaOf(parseAvro(text), version, avroOptions(props), () => unions++)
}

/** What a Connect schema is after it was written as Avro's and read again. */
export function thereAndBack(schema: Schema, props: ConfigProps = {}): Schema | null {
  return connectOf(avroText(defineAvro(schema, avroOptions(props))), props)
}
