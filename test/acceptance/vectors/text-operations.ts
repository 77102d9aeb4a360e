import { linesOf } from '../../../src/connectors/file/sink-task.ts'
import { SinkRecord } from '../../../src/data/record.ts'
import { textOf } from '../../../src/data/text.ts'
import type { Operation } from './case.ts'
import {
  decodeSchema,
  decodeValue,
  presentSchema,
  type SchemaJson,
  type ValueJson,
} from './codec.ts'
import { decodeRecord, type RecordJson } from './record-codec.ts'

interface SinkCase {
  readonly schema?: SchemaJson | null
  readonly value?: ValueJson
  readonly values?: readonly ValueJson[]
}

interface TextCase {
  readonly of: 'schema' | 'field' | 'record' | 'schemaAndValue'
  readonly schema: SchemaJson | null
  readonly value: ValueJson
  readonly name: string
  readonly record: RecordJson
}

export const textOperations: Readonly<Record<string, Operation>> = {
  'sink.line': ({ schema: json, value, values }: SinkCase) => {
    const schema = decodeSchema(json)
    const records = (values ?? [value]).map(
      (each) =>
        new SinkRecord({
          topic: 'topic',
          partition: 0,
          offset: 0,
          valueSchema: schema,
          value: decodeValue(each, schema),
        }),
    )
    return { text: linesOf(records) }
  },
  text: (input: TextCase) => ({ text: textOfCase(input) }),
}

function textOfCase(input: TextCase): string {
  const schema = decodeSchema(input.schema)
  switch (input.of) {
    case 'schema':
      return String(schema)
    case 'field': {
      const field = presentSchema(input.schema as SchemaJson).field(input.name)
      if (field === null) return 'null'
      return `Field{name=${field.name}, index=${field.index}, schema=${field.schema}}`
    }
    case 'record':
      return String(decodeRecord(input.record))
    case 'schemaAndValue':
      return `SchemaAndValue{schema=${schema}, value=${textOf(decodeValue(input.value, schema), schema)}}`
  }
}
