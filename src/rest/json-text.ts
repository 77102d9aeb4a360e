// TypeScript's library doesn't know it yet.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }

/** JSON text of an answer: 64-bit integers keep every digit. */
export function toJson(body: unknown): string {
  return JSON.stringify(body, (_key, value: unknown) =>
    typeof value === 'bigint' ? rawJSON(String(value)) : value,
  )
}
