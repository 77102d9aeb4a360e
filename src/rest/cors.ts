import { ConnectError } from '../base/errors.ts'

/** Which pages of other origins may call the REST API. */
export interface CorsSettings {
  /** `access.control.allow.origin`: patterns with commas between, `*` for all; empty for none. */
  readonly origins: string
  /** `access.control.allow.methods`; empty for GET, POST and HEAD. */
  readonly methods: string
}

type Headers = Readonly<Record<string, string>>

/**
 * Makes the function that gives the CORS headers of an answer.
 * @returns null where no origin is allowed: then no header at all.
 * @throws ConnectError CONFIG_INVALID for a pattern that can't be read.
 */
export function corsHeaders({
  origins,
  methods,
}: CorsSettings): ((origin: string | undefined, isPreflight: boolean) => Headers) | null {
  const patterns = listOf(origins).map(toPattern)
  if (patterns.length === 0) return null
  const allowedMethods = listOf(methods).join(',') || 'GET,POST,HEAD'
  return (origin, isPreflight) => {
    // A browser may name several origins at once: one that is allowed is enough.
    const named = origin?.split(/\s+/) ?? []
    if (origin === undefined || !named.some((one) => patterns.some((each) => each.test(one)))) {
      return { vary: 'Origin' }
    }
    const allowed = { vary: 'Origin', 'access-control-allow-origin': origin }
    if (!isPreflight) return allowed
    return {
      ...allowed,
      'access-control-allow-methods': allowedMethods,
      'access-control-allow-headers': 'Content-Type',
      'access-control-max-age': '60',
    }
  }
}

function toPattern(text: string): RegExp {
  if (text === '*') return /^/
  try {
    return new RegExp(`^(?:${text})$`, 'i')
  } catch (cause) {
    throw new ConnectError(
      `Invalid value ${text} for configuration access.control.allow.origin: not a pattern`,
      { code: 'CONFIG_INVALID', cause },
    )
  }
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
