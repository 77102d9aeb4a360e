/** Numbers that look random and follow from a seed alone, on every machine. */
export class Random {
  #state = 0

  /** Starts the sequence that belongs to these numbers. */
  seed(...numbers: readonly bigint[]): void {
    let hash = 0
    for (const number of numbers) {
      hash = mix(hash ^ Number(BigInt.asIntN(32, number)))
      hash = mix(hash ^ Number(BigInt.asIntN(32, number >> 32n)))
    }
    this.#state = hash
  }

  /** An integer from 0 up to 2^32, not included. */
  uint32(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    return mix(this.#state) >>> 0
  }

  /** From 0 up to 1, not included, with 53 bits. */
  unit(): number {
    return ((this.uint32() >>> 5) * 0x4000000 + (this.uint32() >>> 6)) / 0x20000000000000
  }

  uint64(): bigint {
    return (BigInt(this.uint32()) << 32n) | BigInt(this.uint32())
  }

  /** An integer from 0 up to `limit`, not included; `limit` is at most 2^32. */
  below(limit: number): number {
    return Math.floor((this.uint32() / 0x100000000) * limit)
  }

  /** One of `options`, of which there is at least one. */
  pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)] as T
  }
}

/** Every bit of the result depends on every bit of `hash`: the finalizer of MurmurHash3. */
function mix(hash: number): number {
  let bits = hash
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
