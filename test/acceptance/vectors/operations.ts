import type { Operation } from './case.ts'
import { configdefOperations } from './configdef-operations.ts'
import { converterOperations } from './converter-operations.ts'
import { sinkOperations } from './sink-operations.ts'
import { transformOperations } from './transform-operations.ts'
import { valueOperations } from './value-operations.ts'

/** One entry for each operation of the vectors that Millrace has an implementation for. */
export const operations: Readonly<Record<string, Operation>> = {
  ...configdefOperations,
  ...converterOperations,
  ...sinkOperations,
  ...transformOperations,
  ...valueOperations,
}
