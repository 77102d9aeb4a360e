/** Wakes the one who waits; raised while nobody waits, it ends the next wait at once. */
export class Signal {
  #isRaised: boolean
  #wake: (() => void) | null = null

  constructor() {
    this.#isRaised = false
  }

  raise(): void {
    this.#isRaised = true
    this.#wake?.()
  }

  async wait(timeoutMs: number): Promise<void> {
    if (!this.#isRaised) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = null
    }
    this.#isRaised = false
  }
}
