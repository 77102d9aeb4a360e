import { parseConfig } from '../../src/config/parse.ts'
import type { ConfigProps } from '../../src/config/props.ts'
import { avroConverter } from '../../src/converters/avro/avro.ts'
import { converters } from '../../src/converters/index.ts'
import { ByteWriter } from '../../src/data/byte-writer.ts'
import { Headers } from '../../src/data/headers.ts'
import type { Schema, SchemaAndValue } from '../../src/data/schema.ts'
import type { ConnectValue } from '../../src/data/value.ts'
import type { Converter } from '../../src/sdk/converter.ts'
import type { ConverterPlugin } from '../../src/sdk/plugin.ts'

/** A converter as the worker makes it. */
export function createConverter(simpleName: string, props: ConfigProps = {}): Converter {
  for (const plugin of [...converters, avroConverter as ConverterPlugin]) {
    if (plugin.kind !== 'converter' || !plugin.class.endsWith(`.${simpleName}`)) continue
    const given = { 'converter.type': 'value', ...props }
    return plugin.create(parseConfig(plugin.config, given), 'value', given)
  }
  throw new TypeError(`there is no ${simpleName}`)
}

/** What the fast form writes behind something else, as text; null for a tombstone. */
export function written(
  converter: Converter,
  value: ConnectValue,
  schema: Schema | null = null,
): string | null {
  const out = new ByteWriter(1)
  out.writeUtf8('before')
  const isPresent = converter.writeTo?.(out, 'topic', Headers.empty, schema, value)
  const text = out.bytes.toString('utf8', 'before'.length, out.length)
  return isPresent ? text : null
}

/** What the fast form reads out of the middle of a larger buffer. */
export function readBack(converter: Converter, text: string): SchemaAndValue {
  const bytes = Buffer.from(`"x${text}"}`)
  const read = converter.readFrom?.(bytes, 2, bytes.length - 2, 'topic', Headers.empty)
  if (read === undefined) throw new TypeError('the converter has no fast form')
  return read
}
