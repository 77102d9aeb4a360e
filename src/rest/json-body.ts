import type { OffsetChange, OffsetFields } from '../cluster/herder.ts'
import { javaTrim } from '../config/parse.ts'
import type { ConfigProps } from '../config/props.ts'
import { Float64 } from '../data/numbers.ts'
import type { TargetState } from '../runtime/task-host.ts'
import { RestError } from './errors.ts'
import { jsonText, type RestRequest } from './routes.ts'

// Bodies that don't have the expected form are answered with 500, as clients of the reference know it.

/** `POST /connectors` */
export interface CreateRequest {
  readonly name: string
  readonly config: ConfigProps
  readonly initialState: TargetState | null
}

/** A flat object of texts; numbers and booleans become texts as they were written. */
export function readConfig(request: RestRequest): ConfigProps {
  return configOf(parseBody(request, asText), 'The request body')
}

export function readCreateRequest(request: RestRequest): CreateRequest {
  const body = fieldsOf(parseBody(request, asText), 'The request body', [
    'name',
    'config',
    'initial_state',
  ])
  return {
    name: javaTrim(scalarOf(body['name'], '"name"') ?? ''),
    config: configOf(body['config'], '"config"'),
    initialState: initialStateOf(scalarOf(body['initial_state'], '"initial_state"')),
  }
}

/** `PATCH /connectors/{name}/offsets`; empty where there is no list. */
export function readOffsetChanges(request: RestRequest): readonly OffsetChange[] {
  const { offsets } = fieldsOf(parseBody(request, asExactNumber), 'The request body', ['offsets'])
  if (offsets === undefined || offsets === null) return []
  if (!Array.isArray(offsets)) throw malformed('"offsets"', 'a list')
  return offsets.map((entry: unknown, index) => {
    const at = `"offsets"[${index}]`
    const { partition, offset } = fieldsOf(entry, at, ['partition', 'offset'])
    return {
      partition: offsetFieldsOf(partition, `${at}.partition`),
      offset: offsetFieldsOf(offset, `${at}.offset`),
    }
  })
}

/** `POST /connectors/{name}/tasks` */
export function readTaskConfigs(request: RestRequest): readonly ConfigProps[] {
  const body = parseBody(request, asText)
  if (!Array.isArray(body)) throw malformed('The request body', 'a list')
  return body.map((entry, index) => configOf(entry, `[${index}]`))
}

interface Token {
  /** Text of a number as it was written. */
  readonly source?: string
}
type Reviver = (key: string, value: unknown, token?: Token) => unknown

function asText(_key: string, value: unknown, { source = '' }: Token = {}): unknown {
  return typeof value === 'number' ? source : value
}

function asExactNumber(_key: string, value: unknown, { source = '' }: Token = {}): unknown {
  if (typeof value !== 'number') return value
  if (!/^-?\d+$/.test(source)) return Number.isInteger(value) ? new Float64(value) : value
  return Number.isSafeInteger(value) ? value : BigInt(source)
}

function parseBody(request: RestRequest, reviver: Reviver): unknown {
  const text = jsonText(request)
  if (text.trim() === '')
    throw new RestError('The request needs a JSON body, and has none', { status: 500 })
  try {
    return JSON.parse(text, reviver)
  } catch (cause) {
    throw notJson(cause)
  }
}

/** The parser's own text stays out: it may quote the body, and so a secret. */
function notJson(cause: unknown): RestError {
  const [position = ''] = /at position \d+ \(line \d+ column \d+\)/.exec(String(cause)) ?? []
  return new RestError(`The request body is not valid JSON ${position}`.trim(), { status: 500 })
}

function fieldsOf(
  value: unknown,
  at: string,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw malformed(at, 'an object')
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown === undefined) return value
  const names = known.map((key) => `"${key}"`).join(', ')
  throw new RestError(`Unrecognized field "${unknown}" (known properties: ${names})`, {
    status: 500,
  })
}

function configOf(value: unknown, at: string): ConfigProps {
  if (!isObject(value)) throw malformed(at, 'an object with text values')
  const entries = Object.entries(value).map(([key, item]) => [key, scalarOf(item, `"${key}"`)])
  return Object.fromEntries(entries)
}

function scalarOf(value: unknown, at: string): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'object') throw malformed(at, 'a text')
  return String(value)
}

function initialStateOf(text: string | null): TargetState | null {
  switch (text?.toUpperCase() ?? null) {
    case null:
      return null
    case 'RUNNING':
      return 'STARTED'
    case 'PAUSED':
      return 'PAUSED'
    case 'STOPPED':
      return 'STOPPED'
    default:
      throw malformed('"initial_state"', 'one of RUNNING, PAUSED, STOPPED')
  }
}

function offsetFieldsOf(value: unknown, at: string): OffsetFields | null {
  if (value === undefined || value === null) return null
  if (!isObject(value)) throw malformed(at, 'an object')
  return value as OffsetFields
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(at: string, expected: string): RestError {
  return new RestError(`${at} is not ${expected}`, { status: 500 })
}
