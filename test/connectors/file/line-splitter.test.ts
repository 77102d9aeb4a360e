import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineSplitter } from '../../../src/connectors/file/line-splitter.ts'

function feed(lines: LineSplitter, bytes: Uint8Array): Array<[string, number]> {
  const found: Array<[string, number]> = []
  for (let from = 0; from < bytes.length; ) {
    const room = lines.room()
    const part = bytes.subarray(from, from + room.length)
    room.set(part)
    lines.filled(part.length)
    from += part.length
    lines.drain(lines.ready, (line, position) => found.push([line, position]) > 0)
  }
  return found
}

/** What the reference does, a character at a time; for texts of single bytes. */
function expected(text: string): Array<[string, number]> {
  const found: Array<[string, number]> = []
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char !== '\n' && char !== '\r') continue
    if (char === '\r' && at + 1 === text.length) break
    const end = at
    if (char === '\r' && text[at + 1] === '\n') at++
    found.push([text.slice(start, end), at + 1])
    start = at + 1
  }
  return found
}

test('any cut of any line ends gives the lines of the whole', () => {
  const pieces = ['a', 'bc', '\n', '\r', '\r\n', 'd', '\n\r']
  let state = 12_345
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >> 8) % below
  }
  for (let round = 0; round < 2000; round++) {
    const text = Array.from({ length: 12 }, () => pieces[random(pieces.length)]).join('')
    const lines = new LineSplitter('text', 0)
    const found: Array<[string, number]> = []
    for (let from = 0; from < text.length; ) {
      const size = 1 + random(5)
      found.push(...feed(lines, Buffer.from(text.slice(from, from + size))))
      from += size
    }
    assert.deepEqual(found, expected(text), JSON.stringify(text))
  }
})

test('a character cut in two by a read stays whole', () => {
  const lines = new LineSplitter('text', 0)
  const bytes = Buffer.from('é🚀\n')
  const found = [...bytes].flatMap((byte) => feed(lines, Uint8Array.of(byte)))
  assert.deepEqual(found, [['é🚀', 7]])
})

test('a line over the limit fails and names what is read and the position', () => {
  const lines = new LineSplitter('in.bin', 0, 1000)
  feed(lines, Buffer.from('ok\n'))
  assert.throws(() => feed(lines, Buffer.alloc(1_000_000, 'x')), {
    code: 'CONNECT_FAILED',
    message: 'The line at position 3 of in.bin is longer than 1000 bytes. Is it a text file?',
  })
})
