import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Headers } from '../../../src/sdk/index.ts'
import { createConverter } from '../create.ts'
import { createFormat, decode } from './create-format.ts'

interface Recorded {
  readonly settings: Readonly<Record<string, string>>
  readonly file: string
  /** The message. */
  readonly hex: string
  /** What ProtobufData of Confluent's converter (8.4) reads, as JsonConverter writes it. */
  readonly read: unknown
}

const path = join(import.meta.dirname, 'recorded.json')
const recorded: readonly Recorded[] = JSON.parse(readFileSync(path, 'utf8'))
const json = createConverter('JsonConverter')

for (const [index, { settings, file, hex, read }] of recorded.entries()) {
  const names = Object.keys(settings).join(', ') || 'defaults'
  test(`recorded message ${index} is read as by the reference with ${names}`, () => {
    const { schema, value } = decode(createFormat(settings), file, Buffer.from(`00${hex}`, 'hex'))
    const bytes = json.fromConnectData('topic', Headers.empty, schema, value)
    assert.deepEqual(JSON.parse(Buffer.from(bytes ?? []).toString()), read)
  })
}
