import { ConnectError, messageOf } from '../base/errors.ts'
import { parseProperties } from '../config/properties-file.ts'
import type { ConfigProps } from '../config/props.ts'
import type { TargetState } from '../runtime/task-host.ts'
import { readBytes } from './read-file.ts'

/** A connector as a file on the command line asks for it. */
export interface ConnectorFile {
  readonly name: string
  readonly config: ConfigProps
  /** null: the file does not say. */
  readonly initialState: TargetState | null
}

const initialStates: Readonly<Record<string, TargetState>> = {
  RUNNING: 'STARTED',
  PAUSED: 'PAUSED',
  STOPPED: 'STOPPED',
}

/**
 * Reads a file in one of three formats, whatever it is called: a JSON object of texts, a JSON
 * object `{"name", "config", "initial_state"}` as `POST /connectors` takes it, or properties.
 * @throws ConnectError CONFIG_INVALID that names the file.
 */
export async function readConnectorFile(path: string): Promise<ConnectorFile> {
  const bytes = await readBytes(path)
  if (!/^\uFEFF?\s*\{/.test(bytes.toString('utf8', 0, 64))) {
    return flat(path, parseProperties(bytes.toString('latin1')))
  }
  const json = parseObject(path, bytes.toString('utf8').replace(/^\uFEFF/, ''))
  return Object.values(json).every(isScalar)
    ? flat(path, texts(path, json, ''))
    : request(path, json)
}

type JsonObject = Readonly<Record<string, unknown>>

function flat(path: string, config: ConfigProps): ConnectorFile {
  return { name: nameOf(path, config['name']), config, initialState: null }
}

function request(path: string, json: JsonObject): ConnectorFile {
  const name = nameOf(path, json['name'])
  const given = json['config']
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(`${path}: 'config' has to be an object of texts`)
  }
  const config = texts(path, given as JsonObject, 'config.')
  if (config['name'] !== undefined && config['name'] !== name) {
    throw invalid(
      `Connector name configuration in 'config' doesn't match the one specified in 'name' at '${path}'`,
    )
  }
  return { name, config: { ...config, name }, initialState: stateOf(path, json['initial_state']) }
}

function nameOf(path: string, name: unknown): string {
  if (typeof name === 'string') return name
  throw invalid(
    `Connector configuration at '${path}' is missing the mandatory 'name' configuration`,
  )
}

function stateOf(path: string, state: unknown): TargetState | null {
  if (state === undefined || state === null) return null
  const known = typeof state === 'string' ? initialStates[state.toUpperCase()] : undefined
  if (known !== undefined) return known
  const names = Object.keys(initialStates).join(', ')
  throw invalid(`${path}: 'initial_state' is ${JSON.stringify(state)} and not one of ${names}`)
}

function parseObject(path: string, text: string): JsonObject {
  try {
    return JSON.parse(text, asWritten) as JsonObject
  } catch (cause) {
    throw invalid(`${path}: this is not valid JSON: ${messageOf(cause)}`, cause)
  }
}

/** Numbers as their text, so that none is rounded. */
function asWritten(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? value) : value
}

function texts(path: string, json: JsonObject, at: string): ConfigProps {
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      if (!isScalar(value)) throw invalid(`${path}: '${at}${key}' has to be a text`)
      return [key, value === null ? null : String(value)]
    }),
  )
}

/** Booleans and numbers stand for their text, as in the reference. */
function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object'
}

function invalid(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, { code: 'CONFIG_INVALID', cause })
}
