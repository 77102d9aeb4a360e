/** Properties without nulls, as they are given to the runtime. */
export type Props = Readonly<Record<string, string>>

/** @returns null when there is no such property. */
export function propOf(props: Props, key: string): string | null {
  return Object.hasOwn(props, key) ? (props[key] as string).trim() : null
}

/** Items of a list property; none when it is absent or empty. */
export function listOf(props: Props, key: string): readonly string[] {
  const text = propOf(props, key)
  return text === null || text === '' ? [] : text.split(/\s*,\s*/)
}

export function booleanOf(props: Props, key: string, absent: boolean): boolean {
  const text = propOf(props, key)
  return text === null ? absent : text.toLowerCase() === 'true'
}
