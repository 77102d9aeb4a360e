/** Values of classes that the data model does not know; messages name their Java class. */
class ForeignValue {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

/** @param javaClass Shown in messages as the name of the JavaScript class would be. */
function foreignClass(javaClass: string): new (text: string) => ForeignValue {
  const Foreign = class extends ForeignValue {}
  Object.defineProperty(Foreign, 'name', { value: javaClass })
  return Foreign
}

const classes = new Map<string, new (text: string) => ForeignValue>()

export function foreignValue(javaClass: string, text: string): unknown {
  const known = classes.get(javaClass) ?? foreignClass(javaClass)
  classes.set(javaClass, known)
  return new known(text)
}

export function isForeign(value: unknown): value is ForeignValue {
  return value instanceof ForeignValue
}

/** Java's other class for bytes. */
export class HeapByteBuffer extends Uint8Array {
  position = 0

  override toString(): string {
    const { name } = this.constructor
    return `${name}[pos=${this.position} lim=${this.length} cap=${this.length}]`
  }
}
Object.defineProperty(HeapByteBuffer, 'name', { value: 'java.nio.HeapByteBuffer' })
