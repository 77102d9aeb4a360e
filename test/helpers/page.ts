import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './apache-kafka.ts'
import { eventually } from './eventually.ts'
import { filesOf, root, textOf } from './sources.ts'

/** A fenced block of a page: ```` ```sh ````, or with a file's name: ```` ```json file=sink.json ````. */
export interface Block {
  readonly language: string
  readonly file: string | null
  readonly text: string
  readonly line: number
}

export function blocksOf(page: string): readonly Block[] {
  const text = textOf(page)
  return [...text.matchAll(/^```(\w+)(?: file=(\S+))?\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    file: match[2] ?? null,
    text: match[3] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  }))
}

/** Where the commands of a page run: a folder like the root of the repository, with files of its own. */
export interface PageFolder {
  readonly path: string
  readonly bootstrap: string
  readonly port: number
  readonly workers: ChildProcess[]
}

/** @param bootstrap Stands in for `localhost:9092`; a free port does for 8083. */
export async function preparePage(path: string, bootstrap: string): Promise<PageFolder> {
  const folder = { path, bootstrap, port: await freePort(), workers: [] }
  for (const name of ['bin', 'examples', 'node_modules'])
    symlinkSync(join(root, name), join(path, name))
  mkdirSync(join(path, 'config'))
  for (const file of filesOf(['config/*'])) {
    const offsets = `offset.storage.file.filename=${join(path, 'connect.offsets')}`
    const text = textOf(file).replace(/^offset\.storage\.file\.filename=.*$/m, offsets)
    const listener = file.endsWith('connect-standalone.properties')
      ? 'listeners=http://localhost:8083\n'
      : ''
    writeFileSync(join(path, file), here(folder, text + listener))
  }
  return folder
}

/** Runs a page's blocks from top to bottom. */
export async function runPage(page: string, folder: PageFolder): Promise<void> {
  const blocks = blocksOf(page)
  for (const [index, block] of blocks.entries()) {
    const next = blocks[index + 1]
    try {
      if (block.file !== null)
        writeFileSync(join(folder.path, block.file), here(folder, block.text))
      else if (block.language === 'sh')
        await runCommands(folder, block, isOutput(next) ? next : null)
      else if (block.language === 'json') JSON.parse(block.text)
    } catch (cause) {
      throw new Error(`${page}:${block.line} does not do what it says`, { cause })
    }
  }
}

export async function endWorkers({ workers }: PageFolder): Promise<void> {
  for (const worker of workers.splice(0)) {
    if (worker.exitCode !== null || worker.signalCode !== null) continue
    const exit = once(worker, 'exit')
    worker.kill()
    await exit
  }
}

function isOutput(block: Block | undefined): block is Block {
  return block !== undefined && block.file === null && ['json', 'text'].includes(block.language)
}

function here({ bootstrap, port }: PageFolder, text: string): string {
  return text
    .replaceAll('localhost:9092', bootstrap)
    .replaceAll('localhost:8083', `localhost:${port}`)
}

/**
 * A worker goes on in the background, in place of the one before. What other commands print has to
 * be the block that follows, if that is `text` or `json`; until it is, they are given again.
 */
async function runCommands(folder: PageFolder, block: Block, output: Block | null): Promise<void> {
  const text = here(folder, block.text)
  if (/^bin\/(connect|millrace) ?-?standalone\b/.test(text)) return await startWorker(folder, text)
  if (output === null) return void shell(folder, text)
  let printed = ''
  await eventually(`the output of ${text}`, 120_000, () => {
    printed = shell(folder, text)
    return matches(printed, output)
  }).catch((cause: unknown) => {
    throw new Error(`printed:\n${printed}\nbut the page says:\n${output.text}`, { cause })
  })
}

async function startWorker(folder: PageFolder, text: string): Promise<void> {
  await endWorkers(folder)
  const log = join(folder.path, 'worker.log')
  const worker = spawn('sh', ['-c', `exec ${text.trim()} > worker.log`], {
    cwd: folder.path,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  folder.workers.push(worker)
  const health = `http://localhost:${folder.port}/health`
  await eventually(health, 120_000, async () => {
    return worker.exitCode !== null || (await fetch(health)).ok
  })
  if (worker.exitCode !== null) throw new Error(readFileSync(log, 'utf8'))
}

function shell({ path }: PageFolder, text: string): string {
  return execFileSync('sh', ['-ec', text], {
    cwd: path,
    encoding: 'utf8',
    timeout: 120_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** `…` in the page stands for any text, and alone in quotes for any value. */
function matches(printed: string, { language, text }: Block): boolean {
  if (language === 'text') return like(printed.trimEnd(), text.trimEnd())
  const [actual, expected] = [printed, text].map((json) => JSON.stringify(sorted(JSON.parse(json))))
  return like(actual ?? '', (expected ?? '').replaceAll('"…"', '…'))
}

function like(actual: string, expected: string): boolean {
  const parts = expected.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*?')}$`, 's').test(actual)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}
