import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { dirname, join, matchesGlob, normalize } from 'node:path'
import { test } from 'node:test'
import { filesOf, root, textOf } from './helpers/sources.ts'

const code = filesOf(['{src,test,scripts,bench,examples}/**/*.ts'])
const pages = filesOf(['*.md', '{docs,bench,config,examples}/**/*.md'])
const texts = [
  ...code,
  ...pages,
  ...filesOf(['*.json', 'bin/*', 'config/*', '.ci/*', 'examples/**/*.{json,properties}']),
]

test('a file has 400 lines at the most', () => {
  assert.deepEqual(
    code.filter((file) => textOf(file).split('\n').length > 401),
    [],
  )
})

test('a line has 100 columns at the most, but for a text that can not be broken', () => {
  assert.deepEqual(
    linesOf(code)
      .filter(({ line }) => line.length > 100 && !/['"`/]/.test(line))
      .map(({ at }) => at),
    [],
  )
})

test('nothing is left to do, and no rule is switched off', () => {
  const open = new RegExp(
    ['TO' + 'DO', 'FIX' + 'ME', 'biome' + '-ignore', '@ts-' + 'ignore'].join('|'),
  )
  assert.deepEqual(matching(code, open), [])
})

test('no test is skipped', () => {
  const skipped = /\b(?:test|it|describe)\.(?:skip|todo)\b|\bskip: true/
  assert.deepEqual(matching(filesOf(['test/**/*.test.ts']), skipped), [])
})

test('the clock that people set is for times that are told; spans are measured by Clock.elapsed', () => {
  const toldIn = [
    'src/base/{clock,java-date-parse,logger-levels,logger-pino}.ts',
    'src/broker/**',
    'src/cli/{distributed-worker,recovery-file,standalone-worker}.ts',
    'src/cluster/request-queue.ts',
    'src/cluster/distributed/{distributed-worker,group-loop,topic-status-store}.ts',
    'src/connectors/file/source-task.ts',
    'src/kafka/{accumulator,oauth-token}.ts',
    'src/rest/{request-log,response-headers}.ts',
    'src/runtime/errors/operator.ts',
  ]
  const isAllowed = (file: string) => toldIn.some((pattern) => matchesGlob(file, pattern))
  const others = filesOf(['src/**/*.ts']).filter((file) => !isAllowed(file))
  assert.deepEqual(matching(others, /\bDate\.now\b|\bnew Date\(\)|[cC]lock\.now\b/), [])
})

test('no path of one machine and no package registry is named', () => {
  const machine = /(?:^|[^\w.])\/(?:work|farm|root|home\/\w+)\//
  const registry = /https?:\/\/\S*(?:registry|maven|pypi|crates|goproxy)/
  assert.deepEqual(
    matching(
      texts.filter((file) => file !== 'package-lock.json'),
      new RegExp(`${machine.source}|${registry.source}`),
    ),
    [],
  )
})

test('links between pages lead somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link) && !leads(page, link))
      .map((link) => `${page}: ${link}`),
  )
  assert.deepEqual(broken, [])
})

function leads(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const file = path === '' ? page : normalize(join(dirname(page), path))
  if (!existsSync(join(root, file))) return false
  return anchor === undefined || headingsOf(file).includes(anchor)
}

/** Anchors of the headings of a page, as code hosts make them. */
function headingsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function linesOf(files: readonly string[]): { at: string; line: string }[] {
  return files.flatMap((file) =>
    textOf(file)
      .split('\n')
      .map((line, index) => ({ at: `${file}:${index + 1}`, line })),
  )
}

function matching(files: readonly string[], pattern: RegExp): string[] {
  return linesOf(files)
    .filter(({ line }) => pattern.test(line))
    .map(({ at, line }) => `${at}: ${line.trim().slice(0, 120)}`)
}
