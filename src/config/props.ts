/** Properties as users give them; a null value is possible in JSON. */
export type ConfigProps = Readonly<Record<string, string | null>>

/** Entries whose key begins with `prefix`, without it. */
export function withPrefix<V>(
  props: Readonly<Record<string, V>>,
  prefix: string,
): Readonly<Record<string, V>> {
  const entries = Object.entries(props).filter(([key]) => key.startsWith(prefix))
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value]))
}
