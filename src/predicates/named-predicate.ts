import type { ConnectRecord, Predicate } from '../sdk/index.ts'

/** A predicate that logs and messages show as `text`. */
export function namedPredicate(text: string, test: (record: ConnectRecord) => boolean): Predicate {
  return Object.assign((record: ConnectRecord) => test(record), { toString: () => text })
}
