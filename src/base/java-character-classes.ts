const HORIZONTAL = String.raw` \t\xA0\u1680\u180E\u2000-\u200A\u202F\u205F\u3000`
const VERTICAL = String.raw`\n\v\f\r\x85\u2028\u2029`

/** Escapes that stand for a set of characters, as content of a JavaScript class. */
export const classEscapes: ReadonlyMap<string, string> = new Map([
  ['d', '0-9'],
  ['w', 'a-zA-Z_0-9'],
  ['s', String.raw` \t\n\v\f\r`],
  ['h', HORIZONTAL],
  ['v', VERTICAL],
])

/** Escapes of one character. */
export const characterEscapes: ReadonlyMap<string, string> = new Map([
  ['t', String.raw`\t`],
  ['n', String.raw`\n`],
  ['r', String.raw`\r`],
  ['f', String.raw`\f`],
  ['a', String.raw`\x07`],
  ['e', String.raw`\x1B`],
])

/** Escapes of positions and the like; not allowed in classes. */
export const assertionEscapes: ReadonlyMap<string, string> = new Map([
  ['b', String.raw`\b`],
  ['B', String.raw`\B`],
  ['A', '(?<![^])'],
  // The first match begins where the text does.
  ['G', '(?<![^])'],
  ['z', '(?![^])'],
  ['Z', `(?=(?:\\r\\n|[${VERTICAL}])?(?![^]))`],
  ['R', `(?:\\r\\n|[${VERTICAL}])`],
])

/** Names of POSIX: ASCII only. */
const posix: ReadonlyMap<string, string> = new Map([
  ['Lower', 'a-z'],
  ['Upper', 'A-Z'],
  ['ASCII', String.raw`\x00-\x7F`],
  ['Alpha', 'a-zA-Z'],
  ['Digit', '0-9'],
  ['Alnum', 'a-zA-Z0-9'],
  ['Punct', String.raw`\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E`],
  ['Graph', String.raw`\x21-\x7E`],
  ['Print', String.raw`\x20-\x7E`],
  ['Blank', String.raw` \t`],
  ['Cntrl', String.raw`\x00-\x1F\x7F`],
  ['XDigit', '0-9a-fA-F'],
  ['Space', String.raw` \t\n\v\f\r`],
])

/** Content of a JavaScript class for `\p{name}`. Wrong names fail when the pattern is compiled. */
export function propertyClass(name: string): string {
  const known = posix.get(name)
  if (known !== undefined) return known
  const [, key, value = ''] = /^(\w+)=(\w+)$/.exec(name) ?? []
  if (key !== undefined) return /^sc(?:ript)?$/i.test(key) ? script(value) : category(value)
  const plain = name.replace(/^(?:Is|java)/, '')
  if (plain.length <= 2) return category(plain)
  const binary = binaryProperties.get(plain.toLowerCase())
  return binary === undefined ? script(plain) : `\\p{${binary}}`
}

const binaryProperties: ReadonlyMap<string, string> = new Map(
  ['Alphabetic', 'Ideographic', 'Lowercase', 'Uppercase', 'White_Space', 'Emoji'].map((name) => [
    name.toLowerCase(),
    name,
  ]),
)

function script(name: string): string {
  return `\\p{Script=${name.charAt(0).toUpperCase()}${name.slice(1).toLowerCase()}}`
}

function category(name: string): string {
  return `\\p{${name}}`
}
