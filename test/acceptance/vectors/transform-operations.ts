import { parseConfig } from '../../../src/config/parse.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import { predicates } from '../../../src/predicates/index.ts'
import { transforms } from '../../../src/transforms/index.ts'
import { configure, type Operation } from './case.ts'
import { decodeRecord, encodeRecord, type RecordJson } from './record-codec.ts'

interface PluginCase {
  readonly class: string
  readonly config: ConfigProps
  readonly record?: RecordJson
}

export const transformOperations: Readonly<Record<string, Operation>> = {
  transform: ({ class: name, config, record }: PluginCase) => {
    const plugin = transforms.find((each) => simpleName(each.class) === simpleName(name))
    if (plugin === undefined) throw new TypeError(`there is no transformation ${name}`)
    const transform = configure(() => plugin.create(parseConfig(plugin.config, config)))
    if (record === undefined) return { configured: true }
    const result = transform(decodeRecord(record))
    return result === null ? { dropped: true } : { record: encodeRecord(result) }
  },
  predicate: ({ class: name, config, record }: PluginCase) => {
    const plugin = predicates.find((each) => simpleName(each.class) === simpleName(name))
    if (plugin === undefined) throw new TypeError(`there is no predicate ${name}`)
    const predicate = configure(() => plugin.create(parseConfig(plugin.config, config)))
    if (record === undefined) return { text: String(predicate) }
    return { result: predicate(decodeRecord(record)) }
  },
}

function simpleName(javaClass: string): string {
  return javaClass.slice(javaClass.lastIndexOf('.') + 1)
}
