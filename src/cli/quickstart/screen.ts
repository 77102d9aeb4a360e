import type { ReadStream, WriteStream } from 'node:tty'
import type { Canvas } from './canvas.ts'

/** What a terminal without a known size most likely has. */
const SIZE_DEFAULT = { columns: 80, rows: 24 }

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l'
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l'
/** Terminals that know it show all between these two at once. */
const UPDATE_START = '\x1b[?2026h'
const UPDATE_END = '\x1b[?2026l'
const CLEAR = '\x1b[2J'
const CLEAR_LINE = '\x1b[2K'

const CTRL_C = '\x03'
const CTRL_D = '\x04'

/** The whole terminal: what was on it before is there again after `leave`. */
export interface Screen {
  /** As the terminal is now: people change its size. */
  canvas(): Canvas
  draw(lines: readonly string[]): void
  leave(): void
}

/**
 * @param onResize The terminal has another size now.
 * @param onQuit Somebody has pressed Ctrl-C, Ctrl-D or q. Keys come one by one, and unseen.
 */
export function enterScreen(
  output: WriteStream,
  input: ReadStream,
  { onResize, onQuit }: { onResize(): void; onQuit(): void },
): Screen {
  let shown: readonly string[] = []
  const onKeys = (keys: Buffer) => {
    if (/[qQ]/.test(`${keys}`) || `${keys}`.includes(CTRL_C) || `${keys}`.includes(CTRL_D)) onQuit()
  }
  const resized = () => {
    shown = []
    output.write(CLEAR)
    onResize()
  }
  output.on('resize', resized)
  output.write(ENTER)
  if (input.isTTY) {
    setRawMode(input, true)
    input.on('data', onKeys)
  }
  return {
    canvas: () => ({
      columns: output.columns || SIZE_DEFAULT.columns,
      rows: output.rows || SIZE_DEFAULT.rows,
      colors: (process.env['NO_COLOR'] ?? '') === '',
      unicode: isUnicode(process.env),
    }),
    draw(lines) {
      const rows = Array.from({ length: Math.max(lines.length, shown.length) }, (_, row) => row)
      const changes = rows.map((row) => {
        const line = lines[row] ?? ''
        return line === (shown[row] ?? '') ? '' : `\x1b[${row + 1};1H${CLEAR_LINE}${line}`
      })
      shown = lines
      const update = changes.join('')
      if (update !== '') output.write(UPDATE_START + update + UPDATE_END)
    },
    leave() {
      output.off('resize', resized)
      if (input.isTTY) {
        input.off('data', onKeys)
        setRawMode(input, false)
        input.pause()
      }
      output.write(LEAVE)
    },
  }
}

function setRawMode(input: ReadStream, isRaw: boolean): void {
  try {
    input.setRawMode(isRaw)
  } catch (error) {
    // The terminal was closed.
    if (!(error instanceof Error && 'code' in error && error.code === 'EIO')) throw error
  }
}

/** True unless the locale says otherwise: where it says nothing, terminals are Unicode by now. */
function isUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  return locale === '' || /utf-?8/i.test(locale)
}
