import { type HeaderRule, parseHeaderRules } from '../runtime/config/header-rules.ts'
import type { WorkerConfig } from '../runtime/worker-config.ts'
import { corsHeaders } from './cors.ts'

export type ResponseHeaders = Record<string, string | string[]>

/**
 * Makes the function that gives the headers of every answer: those of the worker's settings, and
 * those for pages of other origins.
 */
export function responseHeaders(
  config: Pick<
    WorkerConfig,
    'response.http.headers.config' | 'access.control.allow.origin' | 'access.control.allow.methods'
  >,
): (origin: string | undefined, isPreflight: boolean) => ResponseHeaders {
  const rules = parseHeaderRules(config['response.http.headers.config'])
  const cors = corsHeaders({
    origins: config['access.control.allow.origin'],
    methods: config['access.control.allow.methods'],
  })
  return (origin, isPreflight) => ({
    ...headersOf(rules, Date.now()),
    ...cors?.(origin, isPreflight),
  })
}

function headersOf(rules: readonly HeaderRule[], nowMs: number): ResponseHeaders {
  const headers = new Map<string, string[]>()
  for (const { action, name, value } of rules) {
    const text = action.endsWith('date') ? new Date(nowMs + Number(value)).toUTCString() : value
    const before = action.startsWith('add') ? (headers.get(name.toLowerCase()) ?? []) : []
    headers.set(name.toLowerCase(), [...before, text])
  }
  return Object.fromEntries(headers)
}
