/** Properties as users give them; a null value is possible in JSON. */
export type ConfigProps = Readonly<Record<string, string | null>>
