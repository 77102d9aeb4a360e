/** Longest request line, and longest header, as the reference's server accepts them. */
export const HEADER_BYTES_MAX = 8 * 1024

/**
 * What is wrong with the path of a request; null for nothing. Paths that could be understood in
 * two ways are refused, as by the reference's server: a name with `/` can't be addressed.
 */
export function pathProblem(url: string): string | null {
  const path = pathOf(url)
  if (/\/\//.test(path)) return 'Ambiguous URI empty segment'
  if (/%2f|%5c/i.test(path)) return 'Ambiguous URI path separator'
  if (/%25/.test(path)) return 'Ambiguous URI path encoding'
  if (/\/(?:\.?%2e|%2e\.|%2e%2e)(?:[/;]|$)/i.test(path)) return 'Ambiguous URI path segment'
  if (/%(?:[01].|7f)/i.test(path)) return 'Illegal character in URI'
  if (/[\\{}<>"^|`[\]]/.test(path)) return 'Suspicious character in URI'
  try {
    decodeURIComponent(path)
    return null
  } catch {
    return 'Bad URI'
  }
}

/** The URL without the parameters that may follow `;` in each part of its path. */
export function withoutPathParameters(url: string): string {
  const path = pathOf(url)
  return path.includes(';') ? path.replace(/;[^/]*/g, '') + url.slice(path.length) : url
}

/** A page as the server itself answers with, before any resource is reached. */
export function errorPage(status: number, message: string): string {
  return `<html><head><title>Error ${status} ${message}</title></head><body><h2>HTTP ERROR ${status} ${message}</h2></body></html>\n`
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}
