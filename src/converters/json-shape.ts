/** Keys that objects at one place have had, in the order in which they came. */
export class JsonShape {
  readonly keys: string[] = []
  readonly keyBytes: Uint8Array[] = []
  /** Of the values at these keys. */
  readonly values: JsonShape[] = []
  #elements: JsonShape | null = null

  add(key: string, keyBytes: Uint8Array): number {
    this.keyBytes.push(keyBytes)
    this.values.push(new JsonShape())
    return this.keys.push(key) - 1
  }

  /** Of the elements, where lists stand in its place. */
  get elements(): JsonShape {
    this.#elements ??= new JsonShape()
    return this.#elements
  }
}
