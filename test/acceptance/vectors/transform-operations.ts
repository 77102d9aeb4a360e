import { parseConfig } from '../../../src/config/parse.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import type { ConnectRecord } from '../../../src/data/record.ts'
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
    const change: Change = (given) => transform(decodeRecord(given))
    if (records !== undefined) return outcomesOf(records, change)
    return record === undefined ? { configured: true } : outcomeOf(record, change)
  },
  predicate: ({ class: name, config, record }: PluginCase) => {
    const plugin = predicates.find((each) => simpleName(each.class) === simpleName(name))
    if (plugin === undefined) throw new TypeError(`there is no predicate ${name}`)
    const predicate = configure(() => plugin.create(parseConfig(plugin.config, config)))
    if (record === undefined) return { text: String(predicate) }
    return { result: predicate(decodeRecord(record)) }
  },
}

type Change = (record: RecordJson) => ConnectRecord | null

/** What becomes of one record after the other. */
export function outcomesOf(records: readonly RecordJson[], change: Change): Outcome {
  const results = records.map((record) => {
    try {
      return outcomeOf(record, change)
    } catch (error) {
      return { error: encodeError(error) }
    }
  })
  return { results }
}

function outcomeOf(record: RecordJson, change: Change): Outcome {
  const result = change(record)
  return result === null ? { dropped: true } : { record: encodeRecord(result) }
}

function simpleName(javaClass: string): string {
  return javaClass.slice(javaClass.lastIndexOf('.') + 1)
}
