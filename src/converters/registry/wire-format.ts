import { isUtf8 } from 'node:buffer'
import { ConnectError, type ConverterUse, type Headers } from '../../sdk/index.ts'

/** Bytes before the data: a zero, then the id of the schema, most significant byte first. */
export const HEADER_BYTES = 5

const MAGIC = 0

export function headerOf(id: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header[0] = MAGIC
  header.writeInt32BE(id, 1)
  return header
}

/**
 * The id of the schema that the data from `start` to `end` was written with.
 * @throws ConnectError DATA_INVALID that tells what the bytes are and which setting reads them.
 */
export function schemaIdOf(bytes: Buffer, start: number, end: number, use: ConverterUse): number {
  if (end - start >= HEADER_BYTES && bytes[start] === MAGIC) return bytes.readInt32BE(start + 1)
  throw unknownBytes(bytes.subarray(start, end), use)
}

/** @throws ConnectError DATA_INVALID for data whose schema is named in a header of the record. */
export function refuseHeaderId(headers: Headers, use: ConverterUse): void {
  const name = `__${use}_schema_id`
  if (headers.lastWithName(name) === null) return
  throw new ConnectError(
    `The schema of the ${use} is named in the header ${name}, which is not read: set the producer to write ids before the data (${use}.schema.id.serializer=io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer)`,
    { code: 'DATA_INVALID' },
  )
}

const SHOWN_BYTES_MAX = 16

function unknownBytes(bytes: Buffer, use: ConverterUse): ConnectError {
  const shown = bytes.subarray(0, SHOWN_BYTES_MAX).toString('hex').replace(/../g, '$& ').trim()
  const size = `${bytes.length} byte${bytes.length === 1 ? '' : 's'}`
  const problem =
    bytes[0] === MAGIC
      ? `Too short: the ${use} has ${size}, the registry's header alone has ${HEADER_BYTES}`
      : `Unknown magic byte! The ${use} (${size}: ${shown || 'none'}) does not begin with the zero of a schema registry's header`
  return new ConnectError(`${problem}. ${guess(bytes, use)}`, { code: 'DATA_INVALID' })
}

/** What the bytes may be, and how they are read. */
function guess(bytes: Buffer, use: ConverterUse): string {
  const converter = `${use}.converter`
  const read = (what: string, name: string, more = '') =>
    `It looks like ${what}: set ${converter}=${name}${more}`
  if (bytes.length === 0) {
    return `It is empty, not null: set ${converter}=org.apache.kafka.connect.converters.ByteArrayConverter, or filter such records`
  }
  const known = guessByStart(bytes)
  if (known !== null) return known
  if (isText(bytes)) {
    const text = bytes.toString().trim()
    if (/^[{[]/.test(text)) {
      const hasEnvelope = /^\{\s*"schema"\s*:/.test(text)
      return read(
        'JSON',
        'org.apache.kafka.connect.json.JsonConverter',
        ` with ${converter}.schemas.enable=${hasEnvelope}`,
      )
    }
    return read('text', 'org.apache.kafka.connect.storage.StringConverter')
  }
  return `Set ${converter} to what wrote it; org.apache.kafka.connect.converters.ByteArrayConverter takes anything`
}

const AVRO_FILE = Buffer.from('Obj\x01', 'latin1')
const AVRO_SINGLE_OBJECT = Buffer.from([0xc3, 0x01])
const GLUE_HEADER_BYTES = 18

function guessByStart(bytes: Buffer): string | null {
  if (startsWith(bytes, AVRO_FILE)) {
    return 'It is an Avro file in itself, with its schema: its records have to be written one by one, by a serializer of the registry'
  }
  if (startsWith(bytes, AVRO_SINGLE_OBJECT)) {
    return "It looks like Avro's single-object encoding, which has a fingerprint in place of an id: write it with a serializer of the registry"
  }
  if (bytes[0] === 3 && (bytes[1] === 0 || bytes[1] === 5) && bytes.length >= GLUE_HEADER_BYTES) {
    return 'It looks like data of the AWS Glue schema registry, which this converter does not read: write it with a serializer of this registry'
  }
  if (bytes[0] === 1 && bytes.length > 16) {
    return 'It may begin with a GUID in place of an id: set the producer to write ids (schema.id.serializer=PrefixSchemaIdSerializer)'
  }
  return null
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.subarray(0, start.length).equals(start)
}

function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20))
}
