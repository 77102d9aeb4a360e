import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ConnectError, messageOf } from '../base/errors.ts'
import type { ClusterKnowledge } from '../cluster/distributed/cluster-knowledge.ts'

/** Changes when older versions could not read it. */
const FORMAT = 1
/** Configurations may have passwords in them. */
const OWNER_ONLY = 0o600

/**
 * Writes what a worker knows of its cluster into a new file.
 * @param folder Where that is not possible, the folder for temporary files.
 * @returns Its path.
 */
export async function writeRecovery(folder: string, knowledge: ClusterKnowledge): Promise<string> {
  const time = new Date().toISOString().replace(/[:.-]/g, '')
  const name = `${prefixOf(knowledge.group)}${time}-${process.pid}.json`
  const text = `${JSON.stringify({ format: FORMAT, ...knowledge }, null, 2)}\n`
  const write = async (path: string) => {
    await writeFile(path, text, { flag: 'wx', mode: OWNER_ONLY })
    return path
  }
  return await write(resolve(folder, name)).catch(() => write(join(tmpdir(), name)))
}

/** @throws ConnectError CONFIG_INVALID for a file that can't be read, or was not written so. */
export async function readRecovery(path: string): Promise<ClusterKnowledge> {
  try {
    const found = JSON.parse(await readFile(path, 'utf8')) as ClusterKnowledge & { format: unknown }
    if (found.format === FORMAT) return found
    throw new TypeError(`it has format ${found.format}, and this version reads ${FORMAT}`)
  } catch (cause) {
    throw new ConnectError(`${path} is no file that a worker wrote: ${messageOf(cause)}`, {
      code: 'CONFIG_INVALID',
      cause,
    })
  }
}

/** The file holds no worker back any more. */
export async function markRestored(path: string): Promise<string> {
  const to = `${path}.restored`
  await rename(path, to)
  return to
}

/** Files of the group that nobody has restored, in the folder and in that for temporary files. */
export async function recoveriesOf(folder: string, group: string): Promise<readonly string[]> {
  const found = await Promise.all([recoveriesIn(folder, group), recoveriesIn(tmpdir(), group)])
  return [...new Set(found.flat())]
}

async function recoveriesIn(folder: string, group: string): Promise<readonly string[]> {
  const prefix = prefixOf(group)
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => name.startsWith(prefix) && /^\w+-\d+\.json$/.test(name.slice(prefix.length)))
    .map((name) => resolve(folder, name))
}

function prefixOf(group: string): string {
  return `millrace-recovery-${encodeURIComponent(group)}-`
}
