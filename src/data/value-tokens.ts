const DELIMITERS = ':,{}[]"'

/**
 * Reads a text token by token: delimiters are tokens of their own unless a backslash stands before
 * them, all between two of them is one.
 */
export class ValueTokens {
  readonly text: string
  #at = 0
  #peeked: string | null = null

  constructor(text: string) {
    this.text = text
  }

  get hasNext(): boolean {
    return this.#peeked !== null || this.#hasMore
  }

  /** Position to return to with `rewind`. */
  mark(): number {
    return this.#at - (this.#peeked?.length ?? 0)
  }

  rewind(position: number): void {
    this.#at = position
    this.#peeked = null
  }

  next(): string {
    const token = this.#peeked ?? this.#read()
    this.#peeked = null
    return token
  }

  /** The text of the next `count` tokens; null, with nothing read, when there are fewer. */
  nextText(count: number): string | null {
    const start = this.mark()
    for (let index = 0; index < count; index++) {
      if (!this.hasNext) {
        this.rewind(start)
        return null
      }
      this.next()
    }
    return this.text.slice(start, this.#at)
  }

  /** Reads the next token if it is `expected`, blank ones before it and blanks around it aside. */
  consume(expected: string): boolean {
    if (!this.hasNext) return false
    this.#peeked ??= this.#read()
    while (this.#hasMore && trimmed(this.#peeked) === '') this.#peeked = this.#read()
    if (trimmed(this.#peeked) !== expected) return false
    this.#peeked = null
    return true
  }

  get #hasMore(): boolean {
    return this.#at < this.text.length
  }

  #read(): string {
    const start = this.#at
    let isEscaped = false
    for (; this.#hasMore; this.#at++) {
      const char = this.text.charAt(this.#at)
      if (!isEscaped && DELIMITERS.includes(char)) {
        if (this.#at === start) this.#at++
        break
      }
      isEscaped = char === '\\' && !isEscaped
    }
    return this.text.slice(start, this.#at)
  }
}

/** Without control characters and blanks at both ends. */
export function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= 0x20) start++
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--
  return text.slice(start, end)
}
