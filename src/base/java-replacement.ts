import { ConnectError } from './errors.ts'

/** One piece of a replacement: text as it is, or the number or name of a group. */
type Piece = string | { readonly group: number | string }

/**
 * The text that a java.util.regex replacement stands for: `$1` and `${name}` are groups of the
 * match, a backslash takes the next character as it is.
 * @throws ConnectError ILLEGAL_ARGUMENT for a replacement that is wrong or names an unknown group.
 */
export function javaReplacement(replacement: string, match: RegExpExecArray): string {
  return piecesOf(replacement, match.length - 1)
    .map((piece) => (typeof piece === 'string' ? piece : groupText(piece.group, match)))
    .join('')
}

function groupText(group: number | string, match: RegExpExecArray): string {
  if (typeof group === 'number') {
    if (group >= match.length) throw illegal(`No group ${group}`)
    return match[group] ?? ''
  }
  if (match.groups === undefined || !Object.hasOwn(match.groups, group)) {
    throw illegal(`No group with name {${group}}`)
  }
  return match.groups[group] ?? ''
}

const PIECE = /\\([\s\S]?)|\$\{([^}]*)(\}?)|\$(\d*)|[^\\$]+/g

function piecesOf(replacement: string, groupCount: number): readonly Piece[] {
  return Array.from(replacement.matchAll(PIECE), ([text, escaped, name, brace, digits]) => {
    if (escaped !== undefined) {
      if (escaped === '') throw illegal('character to be escaped is missing')
      return escaped
    }
    if (name !== undefined) return { group: checkedName(name, brace) }
    return digits === undefined ? text : numbered(digits, groupCount)
  }).flat()
}

function checkedName(name: string, brace: string | undefined): string {
  if (brace === '') throw illegal("named capturing group is missing trailing '}'")
  if (!/^[a-zA-Z][a-zA-Z\d]*$/.test(name)) throw illegal(`capturing group name {${name}} is wrong`)
  return name
}

/** As many digits count as there are groups for; the rest is text. The first always counts. */
function numbered(digits: string, groupCount: number): readonly Piece[] {
  if (digits === '') throw illegal('Illegal group reference')
  let length = 1
  while (length < digits.length && Number(digits.slice(0, length + 1)) <= groupCount) length++
  return [{ group: Number(digits.slice(0, length)) }, digits.slice(length)]
}

function illegal(message: string): ConnectError {
  return new ConnectError(message, { code: 'ILLEGAL_ARGUMENT' })
}
