/** Shorter values, such as ports, would be found in texts that have nothing to do with them. */
const LENGTH_MIN = 6
const VALUES_MAX = 10_000

type Pair = readonly [value: string, variable: string]

/** Values that config providers gave: texts for people show the variable in their place. */
export class Secrets {
  /** Longest first, so that a value within another one does not break it. */
  #pairs: readonly Pair[] = []
  #jsonPairs: readonly Pair[] = []

  /** @param variable What stands for the value, such as `${file:/secrets.properties:password}`. */
  note(value: string, variable: string): void {
    if (value.length < LENGTH_MIN || this.#pairs.some(([known]) => known === value)) return
    const pairs: readonly Pair[] = [[value, variable], ...this.#pairs.slice(0, VALUES_MAX - 1)]
    this.#pairs = pairs.toSorted(([a], [b]) => b.length - a.length)
    this.#jsonPairs = this.#pairs.map(([known, name]) => [withinJson(known), withinJson(name)])
  }

  hide(text: string): string {
    return hidden(text, this.#pairs)
  }

  /** As `hide`, for a text in JSON, which stays JSON. */
  hideInJson(json: string): string {
    return hidden(json, this.#jsonPairs)
  }
}

function hidden(text: string, pairs: readonly Pair[]): string {
  return pairs.reduce((sofar, [value, variable]) => sofar.replaceAll(value, () => variable), text)
}

function withinJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
