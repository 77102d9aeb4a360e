import { ConnectError, messageOf } from '../../sdk/index.ts'
import type { HttpAnswer } from './http.ts'

/** What was asked of the registry, for messages. */
export interface Question {
  /** Such as `register the schema of subject orders-value`. */
  readonly what: string
  /** What to do when the registry knows of no such thing. */
  readonly whenMissing: string
}

/** The registry did not do as asked. The message has no credentials in it. */
export class RegistryError extends ConnectError {
  /** HTTP status; null when there was no answer. */
  readonly status: number | null

  constructor(
    message: string,
    options: ErrorOptions & { readonly retriable: boolean; readonly status: number | null },
  ) {
    const { retriable, status, ...rest } = options
    super(message, { ...rest, code: retriable ? 'RETRIABLE' : 'SERIALIZATION' })
    this.status = status
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof ConnectError && 'status' in value
  }
}

const RETRIABLE_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])
const TEXT_LENGTH_MAX = 500

/** The error of an answer that is none of the expected ones. */
export function refused(base: string, question: Question, answer: HttpAnswer): RegistryError {
  const { status } = answer
  const { code, message } = problemOf(answer.body)
  const reason = [
    `status ${status}`,
    ...(code === null ? [] : [`error code ${code}`]),
    ...(message === '' ? [] : [message]),
  ].join(', ')
  return new RegistryError(
    `The schema registry at ${base} did not ${question.what}: ${reason}. ${advice(question, answer, code)}`,
    { retriable: RETRIABLE_STATUSES.has(status), status },
  )
}

/** The error of an answer that a registry does not give. */
export function unreadable(base: string, question: Question, cause: unknown): RegistryError {
  return new RegistryError(
    `The schema registry at ${base} did not ${question.what}: its answer is not one of a schema registry (${messageOf(cause)}). Check schema.registry.url, with its path`,
    { retriable: false, status: null, cause },
  )
}

/** The error of a request without an answer. */
export function unreachable(base: string, question: Question, cause: unknown): RegistryError {
  return new RegistryError(
    `The schema registry at ${base} did not ${question.what}: ${reasonOf(cause)}. ${adviceWithoutAnswer(cause)}`,
    { retriable: !TLS_ERROR.test(codeOf(cause)), status: null, cause },
  )
}

function adviceWithoutAnswer(cause: unknown): string {
  if (!TLS_ERROR.test(codeOf(cause))) {
    return 'Check that it runs and that schema.registry.url (or proxy.host and proxy.port) leads to it'
  }
  return /wrong version number/i.test(messageOf(cause))
    ? 'It does not speak TLS there: set schema.registry.url to an address with http:, or to another port'
    : 'Check schema.registry.ssl.truststore.location and the other schema.registry.ssl settings'
}

const TLS_ERROR = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO/

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

/** An address with several hosts behind it fails with an error that has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ')
  // Behind the semicolon, Node says what to do with Node.
  return messageOf(error).split(/[;\n]/)[0] || codeOf(error)
}

function advice(question: Question, { status, location }: HttpAnswer, code: number | null): string {
  switch (status) {
    case 401:
      return 'Check the credentials: basic.auth.credentials.source and basic.auth.user.info, or bearer.auth.credentials.source and bearer.auth.token'
    case 403:
      return 'These credentials are not allowed to do so: ask for the right, or register schemas elsewhere and set auto.register.schemas=false'
    case 404:
      return code === null || code === 404
        ? 'Check schema.registry.url, with its path'
        : question.whenMissing
    case 409:
      return 'Change the schema so that it is compatible with the versions before it, or the compatibility level of the subject in the registry'
    case 422:
      return 'The registry takes the schema for invalid: change it, or the names in it (scrub.invalid.names)'
    case 429:
      return 'It asks for fewer requests: it is asked again'
    default:
      return otherAdvice(status, location)
  }
}

function otherAdvice(status: number, location: string | null): string {
  if (status >= 300 && status < 400) {
    return `Redirects are not followed: set schema.registry.url to where it leads (${location === null ? 'not said' : withoutCredentials(location)})`
  }
  return status >= 500
    ? "See the registry's log"
    : 'Check schema.registry.url and the version of the registry'
}

function problemOf(body: string): { readonly code: number | null; readonly message: string } {
  try {
    const answer: unknown = JSON.parse(body)
    if (typeof answer === 'object' && answer !== null) {
      const code = 'error_code' in answer ? Number(answer.error_code) : Number.NaN
      const { message = '' } = answer as { readonly message?: unknown }
      const text = typeof message === 'string' ? message : body
      return { code: Number.isInteger(code) ? code : null, message: shortened(text) }
    }
  } catch {
    // Not a registry's own answer: its text is told.
  }
  return { code: null, message: shortened(body) }
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
  return line.length > TEXT_LENGTH_MAX ? `${line.slice(0, TEXT_LENGTH_MAX)}...` : line
}

/** A URL as text, without user and password. */
export function withoutCredentials(url: string): string {
  return url.replace(/\/\/.*@/, '//')
}
