import { ConnectError, messageOf } from './errors.ts'
import {
  assertionEscapes,
  characterEscapes,
  classEscapes,
  propertyClass,
} from './java-character-classes.ts'

/**
 * The JavaScript form of a java.util.regex pattern, to be found anywhere in a text. Atomic groups,
 * possessive quantifiers of groups, `\N`, the flag x and Unicode blocks are refused.
 * @throws ConnectError ILLEGAL_ARGUMENT for a pattern that is wrong or refused.
 */
export function javaPattern(source: string): RegExp {
  return compile(source, (translated) => translated)
}

/** As `javaPattern`, for texts that match from start to end. */
export function javaWholePattern(source: string): RegExp {
  return compile(source, (translated) => `^(?:${translated})$`)
}

function compile(source: string, wrap: (translated: string) => string): RegExp {
  const translator = new Translator(source)
  const translated = wrap(translator.translate())
  try {
    // Only classes within classes need the flag v, under which V8 confuses flags within a pattern.
    return new RegExp(translated, translator.nestsClasses ? 'v' : 'u')
  } catch (cause) {
    const detail = messageOf(cause).replace(/^.*\/[uv]: /s, '')
    throw new ConnectError(`${detail}: ${source}`, { code: 'ILLEGAL_ARGUMENT', cause })
  }
}

/** A flag such as `(?i)` counts up to the end of its group: it becomes a group of its own. */
class Translator {
  readonly #source: string
  #at = 0
  /** What was translated so far, piece by piece. */
  readonly #pieces: string[] = []
  /** Flags that were opened in each group around the current position. */
  readonly #flags: string[][] = [[]]
  /** Capturing groups so far. */
  #groupCount = 0
  /** Depth of classes in the result. */
  #classDepthMax = 1

  constructor(source: string) {
    this.#source = source
  }

  /** Whether the result holds a class within a class. */
  get nestsClasses(): boolean {
    return this.#classDepthMax > 1
  }

  translate(): string {
    while (this.#at < this.#source.length) this.#pieces.push(this.#next())
    return this.#pieces.join('') + this.#closeFlags()
  }

  #next(): string {
    const char = this.#take()
    switch (char) {
      case '\\':
        return this.#escape()
      case '[':
        return this.#characterClass()
      case '(':
        return this.#group()
      case ')':
        return this.#closeGroup()
      case '|':
        return `${this.#closeFlags()}|${this.#openFlags()}`
      case '*':
      case '+':
      case '?':
        return this.#quantifier(char)
      case '{':
        return this.#quantifier(char + this.#takeMatch(/\d+(?:,\d*)?\}/y))
      case ']':
      case '}':
        return `\\${char}`
      default:
        return char
    }
  }

  #take(): string {
    const char = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0)
    this.#at += char.length
    return char
  }

  /** Takes what matches the sticky pattern here, if anything does. */
  #takeMatch(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [text = ''] = pattern.exec(this.#source) ?? []
    this.#at += text.length
    return text
  }

  #refuse(what: string): ConnectError {
    return new ConnectError(`${what} near index ${this.#at - 1}: ${this.#source}`, {
      code: 'ILLEGAL_ARGUMENT',
    })
  }

  #quantifier(text: string): string {
    if (this.#takeMatch(/\+/y) === '') return text + this.#takeMatch(/\?/y)
    const repeated = this.#pieces.pop() ?? ''
    if (ONE_CHARACTER.test(repeated)) return possessive(repeated, text)
    throw this.#refuse('Possessive quantifiers of groups do not work here')
  }

  #group(): string {
    if (this.#takeMatch(/\?>/y) !== '') throw this.#refuse('Atomic groups do not work here')
    const flags = this.#takeMatch(/\?[a-zA-Z]*(?:-[a-zA-Z]+)?\)/y)
    if (flags !== '') {
      const modifiers = this.#modifiers(flags.slice(1, -1))
      if (modifiers === '') return ''
      this.#flags.at(-1)?.push(modifiers)
      return `(?${modifiers}:`
    }
    this.#flags.push([])
    const isCapturing =
      this.#source[this.#at] !== '?' || /^\?<\w/.test(this.#source.slice(this.#at))
    if (isCapturing) this.#groupCount++
    const scoped = this.#takeMatch(/\?[a-zA-Z]*(?:-[a-zA-Z]+)?:/y)
    return scoped === '' ? '(' : `(?${this.#modifiers(scoped.slice(1, -1))}:`
  }

  /** Flags that JavaScript has; those about Unicode and line ends make no difference here. */
  #modifiers(flags: string): string {
    if (/[^imsudU-]/.test(flags)) throw this.#refuse(`The flags ${flags} do not work here`)
    return flags.replace(/[udU]/g, '').replace(/-$/, '')
  }

  #closeGroup(): string {
    const closed = this.#closeFlags()
    if (this.#flags.length > 1) this.#flags.pop()
    return `${closed})`
  }

  #closeFlags(): string {
    return ')'.repeat(this.#flags.at(-1)?.length ?? 0)
  }

  #openFlags(): string {
    return (this.#flags.at(-1) ?? []).map((flags) => `(?${flags}:`).join('')
  }

  /** A reference to a group by number; digits that no group has belong to the text behind it. */
  #groupReference(): string {
    let digits = this.#takeMatch(/[1-9]/y)
    if (digits === '') return ''
    for (;;) {
      const next = /^\d/.exec(this.#source.slice(this.#at))?.[0]
      if (next === undefined || Number(digits + next) > this.#groupCount) break
      digits += next
      this.#at++
    }
    // A group that did not take part yet matches nothing at all.
    return Number(digits) > this.#groupCount ? '(?!)' : `(?:\\${digits})`
  }

  #escape(): string {
    if (this.#takeMatch(/Q/y) !== '') return this.#quotedText().map(quote).join('')
    const reference = this.#groupReference()
    if (reference !== '') return reference
    const [, name] = /^k<(\w+)>$/.exec(this.#takeMatch(/k<\w+>/y)) ?? []
    if (name !== undefined) {
      if (this.#source.slice(0, this.#at).includes(`(?<${name}>`)) return `\\k<${name}>`
      throw this.#refuse(`There is no group <${name}> yet`)
    }
    const assertion = assertionEscapes.get(this.#source[this.#at] ?? '')
    if (assertion !== undefined) {
      this.#take()
      return assertion
    }
    const { text, isClass } = this.#characterEscape()
    return isClass && !text.startsWith('[') ? `[${text}]` : text
  }

  /** After a backslash, also in classes: one character, or the content of a class. */
  #characterEscape(): { readonly text: string; readonly isClass: boolean } {
    if (this.#at >= this.#source.length) throw this.#refuse('Unexpected end after a backslash')
    const property = /^([pP])(?:\{\^?([^}]*)\}|(.))/.exec(this.#source.slice(this.#at))
    if (property !== null) {
      this.#at += property[0].length
      const content = propertyClass(property[2] ?? property[3] ?? '')
      return { text: property[1] === 'P' ? `[^${content}]` : content, isClass: true }
    }
    const code = this.#takeMatch(/x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|c[A-Za-z]/y)
    if (code !== '') return { text: `\\${code}`, isClass: false }
    const long = this.#takeMatch(/x\{[0-9a-fA-F]+\}/y)
    if (long !== '') return { text: `\\u${long.slice(1)}`, isClass: false }
    const octal = this.#takeMatch(/0(?:[0-3][0-7]{2}|[0-7]{1,2})/y)
    if (octal !== '') {
      return { text: `\\u{${Number.parseInt(octal, 8).toString(16)}}`, isClass: false }
    }
    return this.#namedEscape(this.#take())
  }

  #namedEscape(char: string): { readonly text: string; readonly isClass: boolean } {
    const content = classEscapes.get(char)
    if (content !== undefined) return { text: content, isClass: true }
    const opposite = classEscapes.get(char.toLowerCase())
    if (opposite !== undefined) return { text: `[^${opposite}]`, isClass: true }
    const text = characterEscapes.get(char)
    if (text !== undefined) return { text, isClass: false }
    if (/[a-zA-Z]/.test(char)) throw this.#refuse(`The escape \\${char} does not work here`)
    return { text: quote(char), isClass: false }
  }

  /** Up to `\E` or the end. */
  #quotedText(): string[] {
    const [text = '', end = ''] = /^.*?(?:(\\E)|$)/s.exec(this.#source.slice(this.#at)) ?? []
    this.#at += text.length
    return [...text.slice(0, text.length - (end === undefined ? 0 : end.length))]
  }

  /** Operands of `&&` become classes of their own, as JavaScript asks for. */
  #characterClass(): string {
    const negated = this.#takeMatch(/\^/y)
    // A bracket right after the opening one stands for itself.
    const operands = [this.#takeMatch(/\]/y) === '' ? '' : '\\]']
    while (this.#takeMatch(/\]/y) === '') {
      if (this.#at >= this.#source.length) throw this.#refuse('Unclosed character class')
      if (this.#takeMatch(/&&/y) !== '') operands.push('')
      else operands.push(`${operands.pop()}${this.#classItem()}`)
    }
    const [only = '', ...more] = operands.filter((operand) => operand !== '')
    if (more.length === 0) return `[${negated}${only}]`
    this.#classDepthMax = 2
    return `[${negated}${[only, ...more].map((operand) => `[${operand}]`).join('&&')}]`
  }

  /** One character, a range, or a nested class. */
  #classItem(): string {
    if (this.#takeMatch(/\[/y) !== '') {
      this.#classDepthMax = 2
      return this.#characterClass()
    }
    const start = this.#classCharacter()
    if (start.text.startsWith('[')) this.#classDepthMax = 2
    if (start.isClass || this.#takeMatch(/-(?=[^\][])/y) === '') return start.text
    return `${start.text}-${this.#classCharacter().text}`
  }

  #classCharacter(): { readonly text: string; readonly isClass: boolean } {
    if (this.#takeMatch(/\\Q/y) !== '') {
      return { text: this.#quotedText().map(quote).join(''), isClass: true }
    }
    if (this.#takeMatch(/\\/y) !== '') return this.#characterEscape()
    return { text: quote(this.#take()), isClass: false }
  }
}

/** Translated: a class, or a character that stands for one, escaped or not. */
const ONE_CHARACTER =
  /^(?:\[.*\]|[^\\^$()|]|\\(?:x[\da-f]{2}|u[\da-f]{4}|u\{[\da-f]+\}|c[a-z]|[tnrf]|[^\da-z]))$/isu

/**
 * A quantifier that gives nothing back: of a character it is the greedy one, where no such
 * character follows unless there can't be more.
 */
function possessive(repeated: string, quantifier: string): string {
  const greedy = repeated + quantifier
  if (quantifier === '?') return `(?:${repeated}|(?!${repeated}))`
  const [, least, most] = /^\{(\d+),(\d*)\}$/.exec(quantifier) ?? []
  if (most === undefined) return quantifier.startsWith('{') ? greedy : `${greedy}(?!${repeated})`
  if (most === '') return `${greedy}(?!${repeated})`
  if (Number(least) >= Number(most)) return greedy
  const fewer = `${repeated}{${least},${Number(most) - 1}}(?!${repeated})`
  return `(?:${repeated}{${most}}|${fewer})`
}

/** A character as itself, within classes and outside. */
function quote(char: string): string {
  if (/[\^$\\.*+?()[\]{}|/]/.test(char)) return `\\${char}`
  return /[-&!#%,:;<=>@`~]/.test(char) ? `\\x${char.charCodeAt(0).toString(16)}` : char
}
