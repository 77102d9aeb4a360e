import type { Operation } from './case.ts'
import { chainOperations } from './chain-operations.ts'
import { configOperations } from './config-operations.ts'
import { converterOperations } from './converter-operations.ts'
import { headerOperations } from './header-operations.ts'
import { offsetFileOperations } from './offset-file-operations.ts'
import { schemaOperations } from './schema-operations.ts'
import { textOperations } from './text-operations.ts'
import { topicOperations } from './topic-operations.ts'
import { transformOperations } from './transform-operations.ts'
import { valueOperations } from './value-operations.ts'
import { wireOperations } from './wire-operations.ts'

/** One entry for each operation of the vectors that Millrace has an implementation for. */
export const operations: Readonly<Record<string, Operation>> = {
  ...converterOperations,
  ...transformOperations,
  ...chainOperations,
  ...valueOperations,
  ...schemaOperations,
  ...headerOperations,
  ...textOperations,
  ...configOperations,
  ...offsetFileOperations,
  ...wireOperations,
  ...topicOperations,
}
