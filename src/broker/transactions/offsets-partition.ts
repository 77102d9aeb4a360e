import { offsetsTopic } from '../topics/topic.ts'
import type { Partitions } from './transaction.ts'

/** Where the offsets of every group are kept. */
export const offsetsPartition: Partitions = new Map([[offsetsTopic, new Set([0])]])
