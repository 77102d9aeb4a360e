/**
 * x^209 + x^144 + x^54 + x^39 + x^14 + 1 is a multiple of CRC-32C's polynomial, the lowest one with
 * so few terms. As (a + b)^2 = a^2 + b^2 where 1 + 1 = 0, it still is one with x^64 for x. So eight
 * bytes can be left out once they are added, which is XOR, to those at these distances behind them.
 */
const DISTANCES_BYTES = [65, 155, 170, 195, 209].map((distance) => distance * 8)
/** What can't be shortened any further, but for a few bytes. */
const WINDOW_BYTES = 209 * 8
/** How much is taken at once. */
const CHUNK_BYTES = 64 * 1024
const STEP_BYTES = 16
const MEMORY_PAGES = 2

interface Folder {
  readonly memory: Uint8Array
  /** Leaves out the bytes before `end`, a multiple of `STEP_BYTES`. */
  readonly fold: (end: number) => void
}

/** What we use of it; its types come with those of a browser only. */
interface WebAssemblyApi {
  readonly Module: new (code: Uint8Array) => object
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: { readonly memory: { readonly buffer: ArrayBuffer } } & Pick<Folder, 'fold'>
  }
}

let folder: Folder | null = null

/**
 * Shortens a range that is longer than `WINDOW_BYTES`.
 *
 * @returns About `WINDOW_BYTES` that have, from 0 on, the CRC that the range has from -1 on; gone
 *   with the next call.
 */
export function foldCrc32c(bytes: Uint8Array, start: number, end: number): Uint8Array {
  folder ??= makeFolder()
  const { memory, fold } = folder
  let filled = 0
  for (let at = start; at < end; at += CHUNK_BYTES) {
    const chunk = bytes.subarray(at, Math.min(end, at + CHUNK_BYTES))
    memory.set(chunk, filled)
    if (at === start) for (let index = 0; index < 4; index++) memory[index] = ~(chunk[index] ?? 0)
    filled += chunk.length
    const spare = filled - WINDOW_BYTES
    const folded = spare - (spare % STEP_BYTES)
    if (folded <= 0) continue
    fold(folded)
    memory.copyWithin(0, folded, filled)
    filled -= folded
  }
  return memory.subarray(0, filled)
}

function makeFolder(): Folder {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }
  const { memory, fold } = new WebAssembly.Instance(new WebAssembly.Module(foldModule())).exports
  return { memory: new Uint8Array(memory.buffer), fold }
}

const type = { int32: 0x7f, vector: 0x7b, function: 0x60, none: 0x40 }
/** Parameter and variables of the function. */
const [END, AT, BLOCK] = [0, 1, 2]

/**
 * WebAssembly, for its 16-byte XOR: JavaScript has nothing of the kind.
 * @see https://webassembly.github.io/spec/core/binary
 */
function foldModule(): Uint8Array {
  const variables = list([
    [1, type.int32],
    [1, type.vector],
  ])
  const code = [...variables, ...foldLoop(), op.end]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[type.function, 1, type.int32, 0]]),
    ...section(3, [[0]]),
    ...section(5, [[0, MEMORY_PAGES]]),
    ...section(7, [
      [...name('memory'), 2, 0],
      [...name('fold'), 0, 0],
    ]),
    ...section(10, [[...uvarint(code.length), ...code]]),
  ])
}

const op = {
  loop: [0x03, type.none],
  end: 0x0b,
  repeatIf: [0x0d, 0],
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  constant: 0x41,
  isLess: 0x49,
  add: 0x6a,
  /** Followed by the alignment, which is a hint, and an offset. */
  load: [0xfd, 0x00, 0],
  store: [0xfd, 0x0b, 0],
  xor: [0xfd, 0x51],
}

function foldLoop(): readonly number[] {
  const addTo = (distance: number) => [
    ...[op.get, AT],
    ...[op.get, AT, ...op.load, ...uvarint(distance)],
    ...[op.get, BLOCK, ...op.xor],
    ...[...op.store, ...uvarint(distance)],
  ]
  return [
    ...op.loop,
    ...[op.get, AT, ...op.load, 0, op.set, BLOCK],
    ...DISTANCES_BYTES.flatMap(addTo),
    ...[op.get, AT, op.constant, STEP_BYTES, op.add, op.tee, AT],
    ...[op.get, END, op.isLess, ...op.repeatIf],
    op.end,
  ]
}

function section(id: number, items: readonly (readonly number[])[]): readonly number[] {
  const bytes = list(items)
  return [id, ...uvarint(bytes.length), ...bytes]
}

function list(items: readonly (readonly number[])[]): readonly number[] {
  return [...uvarint(items.length), ...items.flat()]
}

function name(text: string): readonly number[] {
  return [text.length, ...Buffer.from(text)]
}

function uvarint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uvarint(value >>> 7)]
}
