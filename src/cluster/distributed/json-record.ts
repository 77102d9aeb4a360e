export type JsonObject = Readonly<Record<string, unknown>>

/** @returns null for anything but an object. */
export function objectOf(json: unknown): JsonObject | null {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as JsonObject)
    : null
}

/** @returns undefined for what is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return
  }
}
