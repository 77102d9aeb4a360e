/** Shorter values, such as ports, would be found in texts that have nothing to do with them. */
const LENGTH_MIN = 6
const VALUES_MAX = 10_000

/** Values that config providers gave: texts for people show the variable in their place. */
export class Secrets {
  /** Longest first, so that a value within another one does not break it. */
  #variables: ReadonlyMap<string, string> = new Map()

  /** @param variable What stands for the value, such as `${file:/secrets.properties:password}`. */
  note(value: string, variable: string): void {
    if (value.length < LENGTH_MIN || this.#variables.get(value) === variable) return
    const known = [...this.#variables].slice(0, VALUES_MAX)
    // Log lines are JSON.
    const noted = new Map([...known, [value, variable], [withinJson(value), variable]])
    this.#variables = new Map([...noted].sort(([a], [b]) => b.length - a.length))
  }

  hide(text: string): string {
    let hidden = text
    for (const [value, variable] of this.#variables)
      hidden = hidden.replaceAll(value, () => variable)
    return hidden
  }
}

function withinJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
