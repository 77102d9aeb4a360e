import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Headers } from '../../../src/sdk/index.ts'
import { createConverter } from '../create.ts'
import { createFormat, decode, stored } from './create-format.ts'

interface Recorded {
  readonly settings: Readonly<Record<string, string>>
  readonly schema: unknown
  /** The data. */
  readonly json: string
  /** What JsonSchemaData of Confluent's converter (8.4) reads, as JsonConverter writes it. */
  readonly read: unknown
}

const path = join(import.meta.dirname, 'recorded.json')
const recorded: readonly Recorded[] = JSON.parse(readFileSync(path, 'utf8'))
const envelope = createConverter('JsonConverter')

for (const [index, { settings, schema: text, json, read }] of recorded.entries()) {
  const names = Object.keys(settings).join(', ') || 'defaults'
  test(`recorded schema ${index} is read as by the reference with ${names}`, () => {
    const { schema, value } = decode(createFormat(settings), stored(text), json)
    const bytes = envelope.fromConnectData('topic', Headers.empty, schema, value)
    assert.deepEqual(JSON.parse(Buffer.from(bytes ?? []).toString()), read)
  })
}
