/**
 * JSON as the reference's library writes it: surrogates are escaped, and the digits of escapes are
 * in upper case.
 */
export function javaJsonText(value: unknown): string {
  return JSON.stringify(value).replace(/\\u....|\\.|[\ud800-\udfff]/g, (found) => {
    if (found.startsWith('\\u')) return `\\u${found.slice(2).toUpperCase()}`
    if (found.startsWith('\\')) return found
    return `\\u${found.charCodeAt(0).toString(16).toUpperCase()}`
  })
}
