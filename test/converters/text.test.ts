import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers } from '../../src/data/headers.ts'
import { FLOAT64_SCHEMA } from '../../src/data/schemas.ts'
import { createConverter, readBack, written } from './create.ts'

test('texts are written and read as they are', () => {
  const text = createConverter('StringConverter')
  assert.equal(written(text, 'grüße 😀'), 'grüße 😀')
  assert.equal(readBack(text, 'grüße 😀').value, 'grüße 😀')
})

test('a surrogate without its other half becomes a question mark', () => {
  assert.equal(written(createConverter('StringConverter'), 'a\ud83db'), 'a?b')
})

test('numbers have the text that the reference gives them', () => {
  const text = createConverter('StringConverter')
  assert.equal(written(text, 1, FLOAT64_SCHEMA), '1.0')
  assert.equal(written(text, 1), '1')
})

const charsets: ReadonlyArray<[name: string, text: string, hex: string]> = [
  ['UTF-16', 'aé', 'feff006100e9'],
  ['UTF-16LE', 'aé', '6100e900'],
  ['latin1', 'é漢', 'e93f'],
  ['US-ASCII', 'é😀', '3f3f'],
  ['cp1252', '€', '80'],
  ['ISO-8859-15', '€', 'a4'],
  ['KOI8-R', 'Ж', 'f6'],
]

for (const [name, text, hex] of charsets) {
  test(`${name} writes ${text} as ${hex}`, () => {
    const converter = createConverter('StringConverter', { 'converter.encoding': name })
    const bytes = converter.fromConnectData('topic', Headers.empty, null, text)
    assert.equal(Buffer.from(bytes ?? []).toString('hex'), hex)
    if (!hex.includes('3f')) {
      assert.equal(converter.toConnectData('topic', Headers.empty, bytes).value, text)
    }
  })
}

test('a charset that is not known is refused by its name', () => {
  assert.throws(() => createConverter('StringConverter', { 'converter.encoding': 'EBCDIC-XYZ' }), {
    code: 'SERIALIZATION',
    message: 'Unsupported encoding EBCDIC-XYZ',
  })
})

test('bytes are copied, as they are only valid during the call', () => {
  const bytes = Buffer.from('abc')
  const { value } = createConverter('ByteArrayConverter').toConnectData('t', Headers.empty, bytes)
  bytes.fill(0)
  assert.deepEqual(value, Uint8Array.of(97, 98, 99))
})
