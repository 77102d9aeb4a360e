import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseConfig } from '../../src/config/parse.ts'
import type { ConfigProps } from '../../src/config/props.ts'
import { createAvroFormat } from '../../src/converters/avro/avro.ts'
import { avroConfig, avroOptionsOf } from '../../src/converters/avro/avro-config.ts'
import { jsonConverter } from '../../src/converters/json.ts'
import { ByteWriter } from '../../src/data/byte-writer.ts'
import { Headers } from '../../src/data/headers.ts'
import { SinkRecord } from '../../src/data/record.ts'
import type { SchemaAndValue } from '../../src/data/schema.ts'
import type { Converter } from '../../src/sdk/converter.ts'
import type { Transformation } from '../../src/sdk/transformation.ts'
import { transforms } from '../../src/transforms/index.ts'

/** Goes over the records as Reference.java does, with the same answers. */
interface Row {
  run(): void
  results(): readonly SchemaAndValue[]
}

type Read = (bytes: Buffer) => SchemaAndValue

/** As a worker's sink: from within a batch. */
function reader(converter: Converter): Read {
  return (bytes) => {
    return converter.readFrom?.(bytes, 0, bytes.length, 'topic', Headers.empty) ?? none
  }
}

const none: SchemaAndValue = { schema: null, value: null }

let kept: unknown = null

function reading(read: Read, texts: readonly Buffer[]): Row {
  return {
    run() {
      for (const text of texts) kept = read(text)
    },
    results: () => texts.map(read),
  }
}

/** As a worker's source: into a batch, which is sent off now and then. */
function writing(
  write: (out: ByteWriter, each: SchemaAndValue) => void,
  values: readonly SchemaAndValue[],
  read: Read,
): Row {
  const batch = new ByteWriter(1024 * 1024)
  return {
    run() {
      batch.clear()
      for (const each of values) write(batch, each)
    },
    results: () =>
      values.map((each) => {
        batch.clear()
        write(batch, each)
        return read(batch.bytes.subarray(0, batch.length))
      }),
  }
}

function converterOf(hasSchemas: boolean): Converter {
  const props = { 'schemas.enable': String(hasSchemas), 'converter.type': 'value' }
  const [plugin] = jsonConverter
  return plugin.create(parseConfig(plugin.config, props), 'value', props)
}

function jsonWriter(converter: Converter) {
  return (out: ByteWriter, { schema, value }: SchemaAndValue) => {
    converter.writeTo?.(out, 'topic', Headers.empty, schema, value)
  }
}

function transformOf(name: string, props: ConfigProps): Transformation {
  const plugin = transforms.find((each) => each.class.endsWith(`.${name}$Value`))
  if (plugin === undefined) throw new TypeError(`there is no ${name}`)
  return plugin.create(parseConfig(plugin.config, props))
}

function chain(values: readonly SchemaAndValue[]): Row {
  const first = transformOf('Cast', { spec: 'quantity:int64,paid:string' })
  const second = transformOf('ReplaceField', { exclude: 'note', renames: 'customer:buyer' })
  const third = transformOf('InsertField', {
    'topic.field': 'topic',
    'static.field': 'origin',
    'static.value': 'bench',
  })
  const apply = (record: SinkRecord): SinkRecord =>
    third(second(first(record) as SinkRecord) as SinkRecord) as SinkRecord
  const records = values.map(({ schema, value }, offset) => {
    return new SinkRecord({ topic: 'orders', partition: 0, offset, valueSchema: schema, value })
  })
  return {
    run() {
      for (const record of records) kept = apply(record)
    },
    results: () =>
      records.map(apply).map(({ valueSchema, value }) => ({ schema: valueSchema, value })),
  }
}

function avroRow(values: readonly SchemaAndValue[], text: string, isRead: boolean): Row {
  const props = { 'converter.type': 'value', 'schema.registry.url': 'http://localhost' }
  const format = createAvroFormat(avroOptionsOf(parseConfig(avroConfig, props)))
  const schema = values[0]?.schema ?? null
  const stored = { ...format.define(schema), text, id: 1, version: 1, referred: [] }
  const read = format.reader(stored as never, 1, null)
  const write = format.writer(schema, format.define(schema), stored as never)
  const writeEach = (out: ByteWriter, each: SchemaAndValue) => write(out, each.value)
  const readAll: Read = (bytes) => read(bytes, 0, bytes.length)
  const writingRow = writing(writeEach, values, readAll)
  if (!isRead) return writingRow
  const encoded = values.map(({ value }) => {
    const out = new ByteWriter()
    write(out, value)
    return out.bytes.subarray(0, out.length)
  })
  return reading(readAll, encoded)
}

function rowOf(name: string, file: string): Row {
  const [schema = '', avro = '', ...payloads] = readFileSync(file, 'utf8').trimEnd().split('\n')
  const plain = payloads.map((payload) => Buffer.from(payload))
  const enveloped = payloads.map((payload) => {
    return Buffer.from(`{"schema":${schema},"payload":${payload}}`)
  })
  const [bare, whole] = [converterOf(false), converterOf(true)]
  const [readBare, readWhole] = [reader(bare), reader(whole)]
  const rows: Readonly<Record<string, () => Row>> = {
    'json-read': () => reading(readBare, plain),
    'json-write': () => writing(jsonWriter(bare), plain.map(readBare), readBare),
    'envelope-read': () => reading(readWhole, enveloped),
    'envelope-write': () => writing(jsonWriter(whole), enveloped.map(readWhole), readWhole),
    chain: () => chain(plain.map(readBare)),
    'chain-struct': () => chain(enveloped.map(readWhole)),
    'avro-read': () => avroRow(enveloped.map(readWhole), avro, true),
    'avro-write': () => avroRow(enveloped.map(readWhole), avro, false),
  }
  const make = rows[name]
  if (make === undefined) throw new TypeError(`no row ${name}`)
  return make()
}

function sizeOf(results: readonly SchemaAndValue[]): number {
  const out = new ByteWriter()
  const write = jsonWriter(converterOf(false))
  for (const each of results) write(out, each)
  return out.length
}

const [name = '', file = ''] = process.argv.slice(2)
const row = rowOf(name, file)
const results = row.results()
process.stdout.write(`${sizeOf(results)}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  const limitMs = Number(line)
  const start = process.hrtime.bigint()
  const cpuStart = process.cpuUsage()
  let records = 0
  let elapsedNs = 0
  do {
    row.run()
    records += results.length
    elapsedNs = Number(process.hrtime.bigint() - start)
  } while (elapsedNs < limitMs * 1e6)
  const { user, system } = process.cpuUsage(cpuStart)
  process.stdout.write(`${records} ${elapsedNs} ${(user + system) * 1000}\n`)
}
if (kept === name) process.exitCode = 1
