import type { LineSplitter } from './line-splitter.ts'

/** Where a source task gets its lines from. */
export interface LineInput {
  readonly lines: LineSplitter
  /** Reads on when no line is ready. @returns false when there is nothing more for now. */
  advance(): Promise<boolean>
  close(): Promise<void>
}
