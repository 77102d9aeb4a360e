export type JsonObject = Readonly<Record<string, unknown>>

/** @returns null for anything but an object. */
export function objectOf(json: unknown): JsonObject | null {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as JsonObject)
    : null
}
