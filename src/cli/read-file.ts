import { readFile } from 'node:fs/promises'
import { ConnectError, messageOf } from '../base/errors.ts'
import { readPropertiesFile } from '../config/properties-file.ts'

/** @throws ConnectError CONFIG_INVALID that says what is wrong with the file, malformed or unreadable. */
export async function readProperties(path: string): Promise<Record<string, string>> {
  return await named(path, readPropertiesFile(path))
}

export async function readBytes(path: string): Promise<Buffer> {
  return await named(path, readFile(path))
}

async function named<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (cause) {
    if (cause instanceof ConnectError) throw cause
    throw new ConnectError(`${path}: ${reasonOf(cause)}`, { code: 'CONFIG_INVALID', cause })
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  switch (code) {
    case 'ENOENT':
      return `there is no such file (seen from ${process.cwd()})`
    case 'EISDIR':
      return 'this is a folder, and a file is needed'
    case 'EACCES':
      return 'the file may not be read by this user'
    default:
      return messageOf(error)
  }
}
