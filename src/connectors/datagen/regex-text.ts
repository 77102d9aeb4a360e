import type { Random } from './random.ts'

/** Makes a text. */
export type TextSource = (random: Random) => string

const DIGITS = '0123456789'
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('')
const classes: Readonly<Record<string, string>> = {
  d: DIGITS,
  w: `${LETTERS}${DIGITS}_`,
  s: ' ',
  t: '\t',
  n: '\n',
  r: '\r',
}

/**
 * Texts that a regular expression matches, of characters, `.`, classes, `\d \w \s`, groups,
 * alternatives and repetition.
 *
 * @param repeatExtra Most repetitions beyond the least for `*`, `+` and `{n,}`.
 * @throws SyntaxError for anything else.
 */
export function textsMatching(pattern: string, repeatExtra: number): TextSource {
  const parser = new Parser(pattern, repeatExtra)
  const texts = parser.alternatives()
  parser.expectEnd()
  return texts
}

class Parser {
  readonly #pattern: string
  readonly #repeatExtra: number
  #at = 0

  constructor(pattern: string, repeatExtra: number) {
    this.#pattern = pattern
    this.#repeatExtra = repeatExtra
  }

  alternatives(): TextSource {
    const options = [this.#sequence()]
    while (this.#take('|')) options.push(this.#sequence())
    return options.length === 1
      ? (options[0] as TextSource)
      : (random) => random.pick(options)(random)
  }

  expectEnd(): void {
    if (this.#at < this.#pattern.length) throw this.#unsupported()
  }

  #sequence(): TextSource {
    const parts: TextSource[] = []
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#peek())) {
      parts.push(this.#repeated(this.#atom()))
    }
    return (random) => {
      let text = ''
      for (const part of parts) text += part(random)
      return text
    }
  }

  #atom(): TextSource {
    if (this.#take('(')) {
      if (this.#take('?') && !this.#take(':')) throw this.#unsupported()
      const inner = this.alternatives()
      if (!this.#take(')')) throw this.#unsupported()
      return inner
    }
    if (this.#take('[')) return oneOf(this.#class())
    if (this.#take('.')) return oneOf(PRINTABLE)
    if (this.#take('\\')) return oneOf(this.#escaped())
    if ('*+?{}^$'.includes(this.#peek())) throw this.#unsupported()
    const character = this.#next()
    return () => character
  }

  #repeated(atom: TextSource): TextSource {
    const [min, max] = this.#quantifier()
    if (min === 1 && max === 1) return atom
    return (random) => {
      let text = ''
      for (let left = min + random.below(max - min + 1); left > 0; left--) text += atom(random)
      return text
    }
  }

  #quantifier(): readonly [min: number, max: number] {
    if (this.#take('?')) return [0, 1]
    if (this.#take('*')) return [0, this.#repeatExtra]
    if (this.#take('+')) return [1, 1 + this.#repeatExtra]
    if (!this.#take('{')) return [1, 1]
    const end = this.#pattern.indexOf('}', this.#at)
    const bounds = /^(\d+)(,)?(\d+)?$/.exec(this.#pattern.slice(this.#at, end))
    if (bounds === null) throw this.#unsupported()
    this.#at = end + 1
    const min = Number(bounds[1])
    const max = bounds[2] ? Number(bounds[3] ?? min + this.#repeatExtra) : min
    if (max < min) throw this.#unsupported()
    return [min, max]
  }

  /** Characters of a class, behind its opening bracket. */
  #class(): string {
    const isNegated = this.#take('^')
    let characters = ''
    while (!this.#take(']')) {
      if (this.#at >= this.#pattern.length) throw this.#unsupported()
      characters += this.#range()
    }
    const chosen = isNegated
      ? [...PRINTABLE].filter((character) => !characters.includes(character)).join('')
      : characters
    if (chosen === '') throw this.#unsupported()
    return chosen
  }

  #range(): string {
    const from = this.#take('\\') ? this.#escaped() : this.#next()
    const isRange = this.#peek() === '-' && this.#pattern[this.#at + 1] !== ']'
    if (from.length !== 1 || !isRange) return from
    this.#at++
    const to = this.#take('\\') ? this.#escaped() : this.#next()
    const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)]
    if (to.length !== 1 || last < first) throw this.#unsupported()
    return Array.from({ length: last - first + 1 }, (_, index) =>
      String.fromCharCode(first + index),
    ).join('')
  }

  #escaped(): string {
    const character = this.#next()
    const known = classes[character]
    if (known !== undefined) return known
    if (/[A-Za-z0-9]/.test(character)) throw this.#unsupported()
    return character
  }

  #peek(): string {
    return this.#pattern[this.#at] ?? ''
  }

  #take(character: string): boolean {
    if (this.#pattern[this.#at] !== character) return false
    this.#at++
    return true
  }

  #next(): string {
    const character = this.#pattern[this.#at++]
    if (character === undefined) throw this.#unsupported()
    return character
  }

  #unsupported(): SyntaxError {
    return new SyntaxError(
      `the regular expression ${this.#pattern} is wrong or beyond what can be generated ` +
        `at character ${Math.min(this.#at + 1, this.#pattern.length)}`,
    )
  }
}

function oneOf(characters: string): TextSource {
  return characters.length === 1
    ? () => characters
    : (random) => characters.charAt(random.below(characters.length))
}
