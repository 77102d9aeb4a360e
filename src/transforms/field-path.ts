import {
  ConnectError,
  type ConnectValue,
  type Field,
  type Schema,
  type Struct,
} from '../sdk/index.ts'
import type { FieldReader } from './null-default.ts'
import { requireMap, requireStruct, type SchemalessMap } from './requirements.ts'
import { fieldOfMap } from './schemaless-map.ts'

const PURPOSE = 'nested field access'

/** A field within fields, as `field.syntax.version` says. */
export class FieldPath {
  readonly #parents: readonly string[]
  /** null for an empty path. */
  readonly #last: string | null

  /** @throws ConnectError CONFIG_INVALID for a path with a single backtick. */
  constructor(path: string, isNested: boolean) {
    const steps = isNested ? stepsOf(path) : [path]
    this.#parents = steps.slice(0, -1)
    this.#last = steps.at(-1) ?? null
  }

  get #lastStep(): string {
    if (this.#last !== null) return this.#last
    throw new ConnectError('The path of the field is empty', { code: 'ILLEGAL_ARGUMENT' })
  }

  /** null when a step of the path is missing. */
  fieldOf(schema: Schema): Field | null {
    let parent = schema
    for (const step of this.#parents) {
      const field = parent.field(step)
      if (field === null) return null
      parent = field.schema
    }
    return parent.field(this.#lastStep)
  }

  /** Reads the field from structs of one schema; null when a step of the path is missing. */
  accessIn(schema: Schema, readField: FieldReader): FieldAccess | null {
    const field = this.fieldOf(schema)
    if (field === null) return null
    if (this.#parents.length === 0) return { field, read: (struct) => readField(struct, field) }
    return { field, read: (struct) => this.valueOfStruct(struct, readField) }
  }

  valueOfMap(map: SchemalessMap): ConnectValue {
    let parent = map
    for (const step of this.#parents) {
      const value = fieldOfMap(parent, step) ?? null
      if (value === null) return null
      parent = requireMap(value, PURPOSE)
    }
    return fieldOfMap(parent, this.#lastStep) ?? null
  }

  valueOfStruct(struct: Struct, readField: FieldReader): ConnectValue {
    let parent = struct
    for (const step of this.#parents) {
      const field = parent.schema.field(step)
      const value = field === null ? null : parent.get(step)
      if (field === null || value === null) return null
      parent = requireStruct(value, field.schema, PURPOSE)
    }
    const field = parent.schema.field(this.#lastStep)
    return field === null ? null : readField(parent, field)
  }
}

export interface FieldAccess {
  readonly field: Field
  /** null where a field around it is null. */
  read(struct: Struct): ConnectValue
}

/** @throws ConnectError CONFIG_INVALID for a path with a single backtick, or without any name. */
export function pathSteps(path: string, isNested: boolean): readonly [string, ...string[]] {
  if (!isNested) return [path]
  const [first, ...more] = stepsOf(path)
  if (first !== undefined) return [first, ...more]
  throw new ConnectError('The path of a field is empty: name a field', { code: 'CONFIG_INVALID' })
}

/** Dots separate steps; within backticks they don't. */
function stepsOf(path: string): readonly string[] {
  const steps: string[] = []
  let at = 0
  while (at < path.length) {
    const { step, end } = path[at] === '`' ? quotedStep(path, at) : plainStep(path, at)
    steps.push(step)
    at = end + 1
  }
  if (path.endsWith('.')) steps.push('')
  return steps
}

interface Step {
  readonly step: string
  /** Where its dot is, or the path ends. */
  readonly end: number
}

function plainStep(path: string, start: number): Step {
  const dot = path.indexOf('.', start)
  const end = dot === -1 ? path.length : dot
  return { step: path.slice(start, end), end }
}

/** A backtick closes the step when a dot or the end follows it and no backslash stands before it. */
function quotedStep(path: string, opening: number): Step {
  let step = ''
  let at = opening + 1
  for (;;) {
    const backtick = path.indexOf('`', at)
    if (backtick === -1) throw unclosed(path, opening)
    const isEscaped = path[backtick - 1] === '\\'
    const isLast = backtick === path.length - 1
    if (isLast && isEscaped) throw unclosed(path, opening)
    if (!isLast && path[backtick + 1] !== '.') {
      step += path.slice(at, backtick + 1)
    } else if (isEscaped) {
      step += `${path.slice(at, backtick - 1)}\``
    } else {
      return { step: step + path.slice(at, backtick), end: backtick + 1 }
    }
    at = backtick + 1
  }
}

function unclosed(path: string, position: number): ConnectError {
  return new ConnectError(
    `Incomplete backtick pair in path: [${path}], consider adding a backslash before backtick at position ${position} to escape it`,
    { code: 'CONFIG_INVALID' },
  )
}
