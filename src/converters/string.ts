import {
  type ByteWriter,
  ConnectError,
  type ConnectValue,
  type Converter,
  decodeUtf8,
  type Headers,
  OPTIONAL_STRING_SCHEMA,
  type Schema,
  type SchemaAndValue,
  type SpecValues,
  textOf,
} from '../sdk/index.ts'
import { bufferOf } from './bytes.ts'
import { type Charset, charsetOf } from './charset.ts'
import { defineBothConverters, defineConverterConfig } from './converter-config.ts'

const config = defineConverterConfig({
  'converter.encoding': {
    type: 'string',
    default: 'UTF-8',
    importance: 'high',
    width: 'medium',
    displayName: 'Encoding',
    doc: 'Name of the charset of the bytes, such as UTF-8, UTF-16LE, ISO-8859-1 or windows-1252.',
  },
})

/** Values as their text; reads every message as a string. */
export const stringConverter = defineBothConverters(
  'org.apache.kafka.connect.storage.StringConverter',
  config,
  createStringConverter,
)

function createStringConverter(values: SpecValues<typeof config.keys>): Converter {
  const name = values['converter.encoding']
  const charset = charsetOf(name)
  if (charset === null) {
    throw new ConnectError(`Unsupported encoding ${name}`, { code: 'SERIALIZATION' })
  }
  return charset === charsetOf('UTF-8') ? new Utf8Converter() : new CharsetConverter(charset)
}

function stringOf(value: string | null): SchemaAndValue {
  return { schema: OPTIONAL_STRING_SCHEMA, value }
}

class CharsetConverter implements Converter {
  readonly #charset: Charset

  constructor(charset: Charset) {
    this.#charset = charset
  }

  fromConnectData(
    _topic: string,
    _headers: Headers,
    schema: Schema | null,
    value: ConnectValue,
  ): Uint8Array | null {
    return value === null ? null : this.#charset.encode(textOf(value, schema))
  }

  toConnectData(_topic: string, _headers: Headers, bytes: Uint8Array | null): SchemaAndValue {
    return stringOf(bytes === null ? null : this.#charset.decode(bufferOf(bytes)))
  }
}

class Utf8Converter extends CharsetConverter {
  constructor() {
    super(charsetOf('UTF-8') as Charset)
  }

  writeTo(
    out: ByteWriter,
    _topic: string,
    _headers: Headers,
    schema: Schema | null,
    value: ConnectValue,
  ): boolean {
    if (value === null) return false
    out.writeUtf8(textOf(value, schema))
    return true
  }

  readFrom(bytes: Uint8Array, start: number, end: number): SchemaAndValue {
    return stringOf(decodeUtf8(bufferOf(bytes), start, end))
  }
}
