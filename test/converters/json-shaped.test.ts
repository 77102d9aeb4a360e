import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { SchemalessJsonWriter } from '../../src/converters/json-schemaless-write.ts'
import { ShapedJsonReader } from '../../src/converters/json-shaped.ts'
import { ByteWriter } from '../../src/data/byte-writer.ts'
import type { ConnectValue } from '../../src/data/value.ts'
import { createConverter, readBack } from './create.ts'

/** More than it takes until objects are made by functions of their own. */
const MANY = 200

function reader() {
  const shaped = new ShapedJsonReader()
  return (json: string) => {
    const bytes = Buffer.from(json)
    return shaped.read(bytes, 0, bytes.length)
  }
}

test('keys of many records are text, whatever code they look like', () => {
  const keys = [
    ...['"', '\\', "'", '`;none()//', '":none(),"', '\u2028', '😀', '\n'],
    ...['constructor', 'toString', '1', '0x1', 'get a', '...values', '[1]', 'naïve', '日本'],
  ]
  for (const key of keys) {
    const json = JSON.stringify({ [key]: key })
    const read = reader()
    for (let count = 0; count < MANY; count++) assert.deepEqual(read(json), { [key]: key })
  }
})

test('records of a few forms are read and written as what they are', () => {
  const texts = [
    '{"id":1,"name":"a","place":{"city":"b","zip":"c"},"tags":["d"]}',
    '{"id":1,"place":{"zip":"c"},"tags":[]}',
    '{"tags":[{}],"place":{},"id":1}',
    '{"name":null,"id":true,"extra":false,"tags":[[],[1,-2.5]]}',
  ]
  const read = reader()
  const writer = new SchemalessJsonWriter()
  for (let count = 0; count < MANY; count++) {
    for (const text of texts) {
      const spaced = JSON.stringify(JSON.parse(text), null, count % 3)
      const value = read(spaced)
      assert.deepEqual(value, JSON.parse(text))
      const out = new ByteWriter(1)
      writer.write(out, value as ConnectValue)
      assert.equal(out.bytes.toString('utf8', 0, out.length), text)
    }
  }
})

test('the last of two equal keys counts, also in many records', () => {
  const read = reader()
  for (let count = 0; count < MANY; count++) {
    assert.deepEqual(read('{"a":1,"b":2,"a":3}'), { a: 3, b: 2 })
  }
})

test('what only the exact parser knows is left to it, also in many records', () => {
  const read = reader()
  for (let count = 0; count < MANY; count++) {
    for (const text of [
      '{"__proto__":1}',
      '{"a":1{"b":2}',
      '{"a":1,}',
      '{,"a":1}',
      '[1,]',
      '{"a":01}',
    ]) {
      assert.equal(read(text), undefined)
    }
  }
})

test('objects are read as well where Node.js may not compile text', () => {
  const module = new URL('../../src/converters/json-shaped.ts', import.meta.url)
  const script = `
    const { ShapedJsonReader } = await import(${JSON.stringify(module.href)})
    const reader = new ShapedJsonReader()
    const bytes = Buffer.from('{"id":7,"name":"seven"}')
    let value
    for (let count = 0; count < ${MANY}; count++) value = reader.read(bytes, 0, bytes.length)
    process.stdout.write(JSON.stringify(value))`
  const flags = ['--disallow-code-generation-from-strings', '--input-type=module']
  const output = execFileSync(process.execPath, [...flags, '--eval', script], { encoding: 'utf8' })
  assert.equal(output, '{"id":7,"name":"seven"}')
})

test('a reader that learns nothing from its records gives up soon', () => {
  const read = reader()
  let isRead = true
  for (let count = 0; isRead && count < 5000; count++) {
    isRead = read(`{"key ${count}":1,"other ${count}":2}`) !== undefined
  }
  assert.equal(isRead, false)
})

test('a key without a value is refused', () => {
  const json = createConverter('JsonConverter', { 'schemas.enable': 'false' })
  for (const text of ['{"a""b":1}', '{"a" "b":1}', '{"c":2,"a""b":1}']) {
    assert.throws(() => readBack(json, text), { code: 'DATA_INVALID' }, text)
  }
})
