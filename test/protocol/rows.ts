import type { RecordHeader } from '../../src/protocol/record-batch-builder.ts'
import type { DecodedBatches } from '../../src/protocol/record-batch-decoder.ts'

export interface Row {
  readonly offset: number | undefined
  readonly timestamp: number | undefined
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly RecordHeader[]
}

/** Decoded columns as an object for each record, with texts for keys and values. */
export function rowsOf(decoded: Iterable<Pick<DecodedBatches, 'records'>>): Row[] {
  return [...decoded].flatMap(({ records: columns }) => {
    const text = (start = -1, end = 0) =>
      start < 0 ? null : columns.bytes.toString('utf8', start, end)
    return Array.from({ length: columns.count }, (_, index) => ({
      offset: columns.offsets[index],
      timestamp: columns.timestamps[index],
      key: text(columns.keyStarts[index], columns.keyEnds[index]),
      value: text(columns.valueStarts[index], columns.valueEnds[index]),
      headers: columns.headers(index),
    }))
  })
}
