import type { Decimal } from '../../../src/data/decimal.ts'
import * as logical from '../../../src/data/logical.ts'
import { Int32 } from '../../../src/data/numbers.ts'
import { project } from '../../../src/data/project.ts'
import type { Schema, SchemaType } from '../../../src/data/schema.ts'
import { SchemaBuilder } from '../../../src/data/schema-builder.ts'
import { Struct } from '../../../src/data/struct.ts'
import { validateValue } from '../../../src/data/validate.ts'
import type { ConnectValue } from '../../../src/data/value.ts'
import type { Operation } from './case.ts'
import {
  decodeSchema,
  decodeValue,
  encodeSchema,
  encodeValue,
  presentSchema,
  type SchemaJson,
  type ValueJson,
} from './codec.ts'
import { encodeError, type Outcome } from './compare.ts'

interface ValueCase {
  readonly schema: SchemaJson
  readonly value: ValueJson
  readonly valueSchema?: SchemaJson
  readonly field?: string
}

interface ProjectCase {
  readonly source: SchemaJson
  readonly value: ValueJson
  readonly target: SchemaJson
}

export const schemaOperations: Readonly<Record<string, Operation>> = {
  'schema.validate': ({ schema: json, value, valueSchema, field }: ValueCase) => {
    const schema = presentSchema(json)
    const structs = valueSchema === undefined ? schema : presentSchema(valueSchema)
    validateValue(schema, decodeValue(value, schema, structs), field ?? null)
    return { valid: true }
  },
  'schema.build': ({ steps }: { steps: readonly BuildStep[] }) => buildCase(steps),
  'schema.equals': ({ a, b }: { a: SchemaJson; b: SchemaJson }) => ({
    equal: presentSchema(a).equals(presentSchema(b)),
  }),
  struct: ({ schema, calls }: { schema: SchemaJson; calls: readonly StructCall[] }) => {
    const struct = new Struct(presentSchema(schema))
    return { results: calls.map((call) => resultOf(() => callStruct(struct, call))) }
  },
  'logical.from': (input: LogicalCase) => {
    const schema = presentSchema(input.schema)
    const value = encodeLogical(input.type, schema, decodeValue(input.value, schema))
    return { value: encodeValue(value, schema) }
  },
  'logical.to': (input: LogicalCase) => {
    const schema = presentSchema(input.schema)
    const value = decodeLogical(input.type, schema, decodeValue(input.value, schema))
    return { value: encodeValue(value, schema) }
  },
  project: ({ source: sourceJson, value, target: targetJson }: ProjectCase) => {
    const source = presentSchema(sourceJson)
    const target = presentSchema(targetJson)
    return { value: encodeValue(project(source, decodeValue(value, source), target), target) }
  },
}

/** Outcome of one of several calls: null for a call without a result. */
export function resultOf(call: () => Outcome | null): Outcome | null {
  try {
    return call()
  } catch (error) {
    return { error: encodeError(error) }
  }
}

interface BuildStep {
  readonly call: string
  readonly type?: string
  readonly arg?: unknown
  readonly key?: unknown
  readonly name?: string
  readonly schema?: SchemaJson | null
  readonly value?: SchemaJson | null
}

const starts: Readonly<Record<string, (step: BuildStep) => SchemaBuilder>> = {
  type: ({ type }) => SchemaBuilder.type(String(type).toUpperCase() as SchemaType),
  array: ({ value }) => SchemaBuilder.array(decodeSchema(value) as Schema),
  map: ({ key, value }) =>
    SchemaBuilder.map(decodeSchema(key as SchemaJson) as Schema, decodeSchema(value) as Schema),
  decimal: ({ arg }) => logical.decimalBuilder(arg as number),
  date: () => logical.dateBuilder(),
  time: () => logical.timeBuilder(),
  timestamp: () => logical.timestampBuilder(),
}

const setters: Readonly<Record<string, (builder: SchemaBuilder, step: BuildStep) => unknown>> = {
  optional: (builder) => builder.optional(),
  required: (builder) => builder.required(),
  name: (builder, { arg }) => builder.name(arg as string | null),
  version: (builder, { arg }) => builder.version(arg as number | null),
  doc: (builder, { arg }) => builder.doc(arg as string | null),
  default: (builder, { arg }) =>
    builder.defaultValue(decodeValue(arg as ValueJson, builder.build())),
  parameter: (builder, { key, arg }) => builder.parameter(key as string, arg as string),
  parameters: (builder, { arg }) =>
    builder.parameters(new Map(Object.entries(arg as Record<string, string>))),
  field: (builder, { name, schema }) =>
    builder.field(name as string, decodeSchema(schema) as Schema),
}

const readers: Readonly<Record<string, (schema: Schema, step: BuildStep) => unknown>> = {
  keySchema: (schema) => schema.keySchema,
  valueSchema: (schema) => schema.valueSchema,
  fields: (schema) => schema.fields,
  lookup: (schema, { arg }) => schema.field(arg as string),
}

function buildCase(steps: readonly BuildStep[]): Outcome {
  const [first, ...rest] = steps
  const start = first === undefined ? undefined : starts[first.call]
  if (first === undefined || start === undefined) throw new TypeError('an unknown builder')
  const builder = start(first)
  for (const step of rest) setters[step.call]?.(builder, step)
  const schema = builder.build()
  for (const step of rest) readers[step.call]?.(schema, step)
  return { schema: encodeSchema(schema), text: String(schema) }
}

interface StructCall {
  readonly call: string
  readonly field: string
  readonly value?: ValueJson
}

function callStruct(struct: Struct, { call, field, value }: StructCall): Outcome | null {
  switch (call) {
    case 'put':
      struct.put(field, decodeValue(value, struct.schema.field(field)?.schema ?? null))
      return null
    case 'validate':
      struct.validate()
      return { valid: true }
    case 'getBytes':
      // The reference takes the bytes out of its other class for them.
      return { value: encodeValue(bytesOf(struct.getBytes(field)), null) }
    case 'toString':
      return { text: String(struct) }
    case 'equals':
      return { equal: struct.equals(decodeValue(value, struct.schema)) }
    default: {
      const got = (struct[call as 'get'] as (name: string) => ConnectValue).call(struct, field)
      return { value: encodeValue(got, struct.schema.field(field)?.schema ?? null) }
    }
  }
}

function bytesOf(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : new Uint8Array(bytes)
}

interface LogicalCase {
  readonly type: string
  readonly schema: SchemaJson
  readonly value: ValueJson
}

function encodeLogical(type: string, schema: Schema, value: ConnectValue): ConnectValue {
  switch (type) {
    case 'decimal':
      return logical.encodeDecimal(schema, value as Decimal)
    case 'date':
      return logical.encodeDate(schema, value as Date)
    case 'time':
      return logical.encodeTime(schema, value as Date)
    default:
      return logical.encodeTimestamp(schema, value as Date)
  }
}

function plainNumber(value: ConnectValue): number {
  if (typeof value === 'number') return value
  if (value instanceof Int32) return value.value
  throw new TypeError(`no date or time but ${value}`)
}

function decodeLogical(type: string, schema: Schema, value: ConnectValue): ConnectValue {
  switch (type) {
    case 'decimal':
      return logical.decodeDecimal(schema, value as Uint8Array)
    case 'date':
      return logical.decodeDate(schema, plainNumber(value))
    case 'time':
      return logical.decodeTime(schema, plainNumber(value))
    default:
      if (typeof value !== 'bigint') throw new TypeError(`no timestamp but ${value}`)
      return logical.decodeTimestamp(schema, value)
  }
}
