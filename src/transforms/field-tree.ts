import { pathSteps } from './field-path.ts'

/** Something for each of some fields, arranged as the fields are. */
export interface FieldTree<T> {
  /** For fields of this level, by name. */
  readonly leaves: ReadonlyMap<string, T>
  /** For fields within fields of this level. */
  readonly inner: ReadonlyMap<string, FieldTree<T>>
}

interface Growing<T> {
  readonly leaves: Map<string, T>
  readonly inner: Map<string, Growing<T>>
}

/**
 * @param isNested Whether the keys are paths, as `field.syntax.version` says, or names.
 * @throws ConnectError CONFIG_INVALID for a path with a single backtick, or without any name.
 */
export function fieldTree<T>(
  entries: Iterable<readonly [path: string, T]>,
  isNested: boolean,
): FieldTree<T> {
  const root: Growing<T> = { leaves: new Map(), inner: new Map() }
  for (const [path, leaf] of entries) {
    const steps = pathSteps(path, isNested)
    const name = steps.at(-1) ?? ''
    const level = steps.slice(0, -1).reduce(levelWithin, root)
    level.leaves.set(name, leaf)
  }
  return root
}

function levelWithin<T>({ inner }: Growing<T>, step: string): Growing<T> {
  const level: Growing<T> = inner.get(step) ?? { leaves: new Map(), inner: new Map() }
  inner.set(step, level)
  return level
}
