import { linesOf } from '../../../src/connectors/file/sink-task.ts'
import { SinkRecord } from '../../../src/data/record.ts'
import type { Operation } from './case.ts'
import { decodeSchema, decodeValue, type SchemaJson, type ValueJson } from './codec.ts'

interface SinkInput {
  readonly schema: SchemaJson | null
  readonly value?: ValueJson
  readonly values?: readonly ValueJson[]
}

/** What the file sink writes. */
export const sinkOperations: Readonly<Record<string, Operation>> = {
  'sink.line'({ schema: schemaJson, value = null, values = [value] }: SinkInput) {
    const valueSchema = decodeSchema(schemaJson)
    const records = values.map((json) => {
      const decoded = decodeValue(json, valueSchema)
      return new SinkRecord({ topic: 't', partition: 0, offset: 0, valueSchema, value: decoded })
    })
    return { text: linesOf(records) }
  },
}
