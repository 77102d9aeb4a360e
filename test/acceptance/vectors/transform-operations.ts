import { parseConfig } from '../../../src/config/parse.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import { predicates } from '../../../src/predicates/index.ts'
import { transforms } from '../../../src/transforms/index.ts'
import { configure, type Operation } from './case.ts'
import { encodeError, type Outcome } from './compare.ts'
import { decodeRecord, encodeRecord, type RecordJson } from './record-codec.ts'

interface PluginCase {
  readonly class: string
  readonly config: ConfigProps
  readonly record?: RecordJson
  /** In place of one: several, one after the other. */
  readonly records?: readonly RecordJson[]
}

export const transformOperations: Readonly<Record<string, Operation>> = {
  transform: ({ class: name, config, record, records }: PluginCase) => {
    const plugin = transforms.find((each) => simpleName(each.class) === simpleName(name))
    if (plugin === undefined) throw new TypeError(`there is no transformation ${name}`)
    const transform = configure(() => plugin.create(parseConfig(plugin.config, config)))
    const outcome = (given: RecordJson): Outcome => {
      const result = transform(decodeRecord(given))
      return result === null ? { dropped: true } : { record: encodeRecord(result) }
    }
    if (records !== undefined)
      return { results: records.map((each) => outcomeOrError(each, outcome)) }
    return record === undefined ? { configured: true } : outcome(record)
  },
  predicate: ({ class: name, config, record }: PluginCase) => {
    const plugin = predicates.find((each) => simpleName(each.class) === simpleName(name))
    if (plugin === undefined) throw new TypeError(`there is no predicate ${name}`)
    const predicate = configure(() => plugin.create(parseConfig(plugin.config, config)))
    if (record === undefined) return { text: String(predicate) }
    return { result: predicate(decodeRecord(record)) }
  },
}

function outcomeOrError(record: RecordJson, outcome: (record: RecordJson) => Outcome): Outcome {
  try {
    return outcome(record)
  } catch (error) {
    return { error: encodeError(error) }
  }
}

function simpleName(javaClass: string): string {
  return javaClass.slice(javaClass.lastIndexOf('.') + 1)
}
