import { Decimal } from '../sdk/index.ts'
import { parseError } from './json-error.ts'

/** What becomes of numbers. */
export interface NumberForms<N> {
  integer(value: bigint): N
  /** @param text With fraction or exponent, as written. */
  decimal(text: string): N
}

/** Depth from which on documents are refused, as the reference does. */
export const JSON_DEPTH_MAX = 1000
/** Digits of the longest number, as in the reference. */
export const NUMBER_LENGTH_MAX = 1000

const BLANKS = /[ \t\n\r]*/y
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y
const PLAIN = /[ !#-[\]-\uffff]*/y
const WORD = /[\w$\u0080-\uffff]+/y

const words: ReadonlyMap<string, null | boolean> = new Map([
  ['null', null],
  ['true', true],
  ['false', false],
])

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/**
 * Reads what the reference reads and `JSON.parse` does not: numbers of any size, with each digit;
 * leading zeros; whatever follows the first value.
 */
export class ExactParser<N> {
  readonly #text: string
  readonly #forms: NumberForms<N>
  #at = 0
  #depth = 0

  constructor(text: string, forms: NumberForms<N>) {
    this.#text = text
    this.#forms = forms
  }

  /**
   * The first value of the text; what follows is not looked at, as in the reference.
   * @throws ConnectError DATA_INVALID that names the place.
   */
  parse(): unknown {
    const value = this.#value()
    const next = this.#text[this.#at]
    const isNumber = /\d/.test(this.#text[this.#at - 1] ?? '')
    if (isNumber && next !== undefined && !/[ \t\n\r]/.test(next)) throw this.#unexpected()
    return value
  }

  /** As `parse`; nothing but blanks may follow. */
  parseWhole(): unknown {
    const value = this.#value()
    this.#take(BLANKS)
    if (this.#at < this.#text.length) throw this.#unexpected()
    return value
  }

  #value(): unknown {
    this.#take(BLANKS)
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object())
      case '[':
        return this.#nested(() => this.#list())
      case '"':
        return this.#string()
      default:
        return this.#scalar()
    }
  }

  #nested<T>(read: () => T): T {
    this.#depth++
    if (this.#depth > JSON_DEPTH_MAX) throw this.#error(`nested deeper than ${JSON_DEPTH_MAX}`)
    this.#at++
    const value = read()
    this.#depth--
    return value
  }

  #object(): object {
    const object: Record<string, unknown> = {}
    if (this.#isNext('}')) return object
    do {
      this.#take(BLANKS)
      const key = this.#string()
      if (!key.isWellFormed()) throw this.#error('half of a surrogate pair in a key')
      if (!this.#isNext(':')) throw this.#unexpected()
      define(object, key, this.#value())
    } while (this.#isNext(','))
    if (!this.#isNext('}')) throw this.#unexpected()
    return object
  }

  #list(): unknown[] {
    const list: unknown[] = []
    if (this.#isNext(']')) return list
    do list.push(this.#value())
    while (this.#isNext(','))
    if (!this.#isNext(']')) throw this.#unexpected()
    return list
  }

  #string(): string {
    if (this.#text[this.#at] !== '"') throw this.#unexpected()
    this.#at++
    let value = this.#take(PLAIN)
    while (this.#text[this.#at] === '\\') value += this.#escape() + this.#take(PLAIN)
    if (this.#text[this.#at] !== '"') throw this.#unexpected()
    this.#at++
    return value
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? ''
    const hex = this.#text.slice(this.#at + 2, this.#at + 6)
    if (letter === 'u' && /^[\da-fA-F]{4}$/.test(hex)) {
      this.#at += 6
      return String.fromCharCode(Number.parseInt(hex, 16))
    }
    const char = escapes[letter]
    if (char === undefined) throw this.#unexpected()
    this.#at += 2
    return char
  }

  #scalar(): unknown {
    const start = this.#at
    const number = this.#take(NUMBER)
    if (number !== '') return this.#number(number)
    const word = words.get(this.#take(WORD))
    if (word !== undefined) return word
    this.#at = start
    throw this.#unexpected()
  }

  #number(text: string): N {
    if (text.length > NUMBER_LENGTH_MAX && text.replace(/\D/g, '').length > NUMBER_LENGTH_MAX) {
      throw this.#error(`number of over ${NUMBER_LENGTH_MAX} digits`)
    }
    if (!/[.eE]/.test(text)) return this.#forms.integer(BigInt(text))
    if (/[eE][+-]?\d{9,}/.test(text) && Decimal.parse(text) === null) {
      throw this.#error('number of over 31 bits in its exponent')
    }
    return this.#forms.decimal(text)
  }

  #isNext(char: string): boolean {
    this.#take(BLANKS)
    if (this.#text[this.#at] !== char) return false
    this.#at++
    return true
  }

  /** What `pattern` matches here, which may be nothing. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const text = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += text.length
    return text
  }

  #unexpected(): Error {
    const char = this.#text[this.#at]
    return this.#error(char === undefined ? 'it ends early' : `unexpected ${JSON.stringify(char)}`)
  }

  #error(problem: string): Error {
    return parseError(`${problem} at character ${this.#at}`)
  }
}

/** Adds an own property; assigning would lose a key that is called `__proto__`. */
export function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    })
  } else {
    object[key] = value
  }
}
