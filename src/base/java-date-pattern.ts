import { ConnectError } from './errors.ts'

/** One piece of a date pattern: text as it is, or a field. */
export type PatternPart = string | PatternField

export interface PatternField {
  readonly letter: string
  /** How often the letter is repeated. */
  readonly count: number
}

const FIELD_LETTERS = 'GyMdkHmsSEDFwWahKzZYuXL'
const PIECE = /([A-Za-z])\1*|''|'((?:[^']|'')*)'|'|[^A-Za-z']+/g

/** @throws ConnectError ILLEGAL_ARGUMENT in the words of the reference. */
export function patternParts(pattern: string): readonly PatternPart[] {
  return Array.from(pattern.matchAll(PIECE), ([text, letter, quoted]) => {
    if (letter !== undefined) return fieldOf(letter, text.length)
    if (text === "''") return "'"
    if (text === "'") throw illegal('Unterminated quote')
    return quoted === undefined ? text : quoted.replaceAll("''", "'")
  })
}

function fieldOf(letter: string, count: number): PatternField {
  if (!FIELD_LETTERS.includes(letter)) throw illegal(`Illegal pattern character '${letter}'`)
  if (letter === 'X' && count > 3) throw illegal(`invalid ISO 8601 format: length=${count}`)
  return { letter, count }
}

function illegal(message: string): ConnectError {
  return new ConnectError(message, { code: 'ILLEGAL_ARGUMENT' })
}
