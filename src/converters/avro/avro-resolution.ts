import {
  type AvroEnum,
  type AvroField,
  type AvroFixed,
  type AvroNamed,
  type AvroRecord,
  type AvroSchema,
  type AvroUnion,
  isNamed,
  type PrimitiveType,
  typeNameOf,
} from './avro-schema.ts'

/** What may be read as more than it was written as. */
const wider: Readonly<Partial<Record<PrimitiveType, readonly string[]>>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
}

/** The member of a union that data of `written` is read as; -1 where there is none. */
export function matchingBranch(written: AvroSchema, { branches }: AvroUnion): number {
  const exact = branches.findIndex(
    (branch) => branch === written || (branch.type === written.type && sameName(branch, written)),
  )
  return exact === -1
    ? branches.findIndex((branch) => whyUnreadable(branch, written) === null)
    : exact
}

/**
 * Why data of the schema `written` can't be read with `reader`, by the rules of Avro; null when it can.
 */
export function whyUnreadable(reader: AvroSchema, written: AvroSchema): string | null {
  return new Comparison().of(reader, written)
}

class Comparison {
  /** By reader, then by what was written. */
  readonly #records = new Map<AvroRecord, Map<AvroRecord, string | null>>()

  of(reader: AvroSchema, written: AvroSchema): string | null {
    if (reader === written) return null
    if (written.type === 'union') {
      return first(written.branches, (branch) => this.of(reader, branch))
    }
    if (reader.type === 'union') {
      const fits = reader.branches.some((branch) => this.of(branch, written) === null)
      return fits ? null : `${typeNameOf(written)} is none of the types of a union`
    }
    if (reader.type !== written.type) {
      const isWider = wider[written.type as PrimitiveType]?.includes(reader.type) === true
      return isWider ? null : `${typeNameOf(written)} can't be read as ${typeNameOf(reader)}`
    }
    return this.#sameType(reader, written)
  }

  #sameType(reader: AvroSchema, written: AvroSchema): string | null {
    if (!sameName(reader, written)) {
      return `${typeNameOf(written)} can't be read as ${typeNameOf(reader)}`
    }
    switch (reader.type) {
      case 'array':
        return written.type === 'array' ? this.of(reader.items, written.items) : null
      case 'map':
        return written.type === 'map' ? this.of(reader.values, written.values) : null
      case 'fixed':
        return written.type === 'fixed' ? sizeProblem(reader, written) : null
      case 'enum':
        return written.type === 'enum' ? symbolProblem(reader, written) : null
      case 'record':
        return written.type === 'record' ? this.#record(reader, written) : null
      default:
        return null
    }
  }

  #record(reader: AvroRecord, written: AvroRecord): string | null {
    const known = this.#records.get(reader) ?? new Map<AvroRecord, string | null>()
    this.#records.set(reader, known)
    const problem = known.get(written)
    if (problem !== undefined) return problem
    // Records may contain themselves: there, the other fields decide.
    known.set(written, null)
    const found = first(reader.fields, (field) => this.#field(field, written))
    known.set(written, found)
    return found
  }

  #field(field: AvroField, written: AvroRecord): string | null {
    const source = written.fields.find(
      ({ name }) => name === field.name || field.aliases.includes(name),
    )
    if (source === undefined) {
      return field.defaultValue === undefined ? `there is no field ${field.name}` : null
    }
    const inner = this.of(field.schema, source.schema)
    return inner === null ? null : `field ${field.name}: ${inner}`
  }
}

function sizeProblem(reader: AvroFixed, written: AvroFixed): string | null {
  if (reader.sizeBytes === written.sizeBytes) return null
  return `${reader.name} has ${reader.sizeBytes} bytes, not ${written.sizeBytes}`
}

function symbolProblem(reader: AvroEnum, written: AvroEnum): string | null {
  if (reader.defaultSymbol !== null) return null
  const unknown = written.symbols.filter((symbol) => !reader.symbols.includes(symbol))
  return unknown.length === 0 ? null : `the enum ${reader.name} has no ${unknown.join()}`
}

function first<T>(list: readonly T[], problem: (each: T) => string | null): string | null {
  for (const each of list) {
    const found = problem(each)
    if (found !== null) return found
  }
  return null
}

/** Names count without their namespace, as in Avro. */
function sameName(reader: AvroSchema, written: AvroSchema): boolean {
  if (!isNamed(reader) || !isNamed(written)) return true
  return reader.name === written.name || aliasNames(reader).includes(written.name)
}

function aliasNames({ aliases }: AvroNamed): readonly string[] {
  return aliases.map((alias) => alias.slice(alias.lastIndexOf('.') + 1))
}
