import { parseConfig } from '../../../src/config/parse.ts'
import { converters } from '../../../src/converters/index.ts'
import { Headers } from '../../../src/data/headers.ts'
import type { SchemaAndValue } from '../../../src/data/schema.ts'
import type { Converter, HeaderConverter } from '../../../src/sdk/converter.ts'
import type { Plugin } from '../../../src/sdk/plugin.ts'
import { configure, type Operation } from './case.ts'
import {
  decodeSchema,
  decodeValue,
  encodeSchema,
  encodeValue,
  type SchemaJson,
  type ValueJson,
} from './codec.ts'
import type { Outcome } from './compare.ts'

interface FromCase {
  readonly class?: string
  readonly config?: Readonly<Record<string, string>>
  readonly schema: SchemaJson | null
  readonly value?: ValueJson
  /** What structs inside the value follow, when not `schema`. */
  readonly valueSchema?: SchemaJson | null
}

interface ToCase {
  readonly class?: string
  readonly config?: Readonly<Record<string, string>>
  readonly text?: string | null
  readonly bytes?: string | null
}

const TOPIC = 'topic'

export const converterOperations: Readonly<Record<string, Operation>> = {
  'json.from': (input: FromCase) => {
    const bytes = fromConnect(converterOf({ ...input, class: 'JsonConverter' }), input)
    return { text: bytes === null ? null : Buffer.from(bytes).toString() }
  },
  'json.to': (input: ToCase) =>
    encodeBoth(toConnect(converterOf({ ...input, class: 'JsonConverter' }), bytesOf(input))),
  'converter.from': (input: FromCase) => encodeBytes(fromConnect(converterOf(input), input)),
  'converter.to': (input: ToCase) => encodeBoth(toConnect(converterOf(input), bytesOf(input))),
  'header.from': (input: FromCase) => {
    const { schema, value } = inputOf(input)
    return encodeBytes(headerConverter().fromConnectHeader(TOPIC, 'key', schema, value))
  },
  'header.to': (input: ToCase) => {
    const bytes = bytesOf(input)
    const read = headerConverter().toConnectHeader(TOPIC, 'key', bytes)
    // The reference has no pair for the text null; here it is one of nulls.
    const isNothing = bytes !== null && read.schema === null && read.value === null
    return isNothing ? { nothing: true } : encodeBoth(read)
  },
}

function pluginOf(simpleName: string, kind: Plugin['kind']): Plugin {
  const plugin = converters.find(
    (each) => each.kind === kind && each.class.endsWith(`.${simpleName}`),
  )
  if (plugin === undefined) throw new TypeError(`there is no ${kind} ${simpleName}`)
  return plugin
}

function converterOf(input: Pick<FromCase, 'class' | 'config'>): Converter {
  const plugin = pluginOf(input.class ?? '', 'converter')
  if (plugin.kind !== 'converter') throw new TypeError(`${plugin.class} is no converter`)
  const props = { 'converter.type': 'value', ...input.config }
  return configure(() => plugin.create(parseConfig(plugin.config, props), 'value', props))
}

function headerConverter(): HeaderConverter {
  const plugin = pluginOf('SimpleHeaderConverter', 'header_converter')
  if (plugin.kind !== 'header_converter') throw new TypeError(`${plugin.class} is no converter`)
  return plugin.create({})
}

function inputOf({ schema: schemaJson, value, valueSchema }: FromCase) {
  const schema = decodeSchema(schemaJson)
  const structs = valueSchema === undefined ? schema : decodeSchema(valueSchema)
  return { schema, value: decodeValue(value, schema, structs) }
}

function bytesOf({ text, bytes }: ToCase): Buffer | null {
  // A lone surrogate has no UTF-8: Java writes a question mark for it.
  if (typeof text === 'string') return Buffer.from(text.replace(/\p{Surrogate}/gu, '?'))
  return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : null
}

function fromConnect(converter: Converter, input: FromCase): Uint8Array | null {
  const { schema, value } = inputOf(input)
  return converter.fromConnectData(TOPIC, Headers.empty, schema, value)
}

function toConnect(converter: Converter, bytes: Buffer | null): SchemaAndValue {
  return converter.toConnectData(TOPIC, Headers.empty, bytes)
}

function encodeBytes(bytes: Uint8Array | null): Outcome {
  return { bytes: bytes === null ? null : Buffer.from(bytes).toString('base64') }
}

export function encodeBoth({ schema, value }: SchemaAndValue): Outcome {
  return { schema: encodeSchema(schema), value: encodeValue(value, schema) }
}
