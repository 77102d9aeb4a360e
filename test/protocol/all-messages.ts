import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { Message } from '../../src/protocol/message.ts'

const folder = join(import.meta.dirname, '../../src/protocol/messages')

/** Every message that is declared, by its name. */
export const allMessages: ReadonlyMap<string, Message> = new Map(
  (await Promise.all(globSync(`${folder}/*.ts`).map((file) => import(file))))
    .flatMap((module: Record<string, unknown>) => Object.values(module).filter(isMessage))
    .map((message) => [message.name, message]),
)

/** Every version of every message, as cases of a test. */
export const allVersions: readonly { readonly message: Message; readonly version: number }[] = [
  ...allMessages.values(),
].flatMap((message) => {
  const [first, last] = message.versions
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    message,
    version: first + index,
  }))
})

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'flexibleSince' in value
}
