import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

export interface Terminal {
  /** Id of the command's process. */
  readonly pid: number
  /** What the command has drawn, row by row, without colours and without spaces at the ends. */
  screen(): readonly string[]
  /** Everything it has written. */
  written(): string
  /** Types keys. */
  type(keys: string): void
  resize(columns: number, rows: number): void
  /** Exit code of the command. */
  readonly ended: Promise<number | null>
}

/** null where commands can be run on a terminal, else why not. */
export const noTerminal: string | null = whyNoTerminal()

function whyNoTerminal(): string | null {
  if (process.platform !== 'linux') return 'the command script takes other arguments here'
  const { status } = spawnSync('script', ['-qec', 'stty size', '/dev/null'], { stdio: 'pipe' })
  return status === 0 ? null : 'this machine lacks the commands script (util-linux) or stty'
}

/** Runs a command on a terminal of its own. */
export async function startOnTerminal(
  command: string,
  options: {
    readonly columns: number
    readonly rows: number
    readonly env: Readonly<Record<string, string>>
  },
): Promise<Terminal> {
  const { columns, rows, env } = options
  // The device and the process id come first, in a line of their own.
  const line = `stty cols ${columns} rows ${rows}; echo "$(tty) $$"; exec ${command}`
  const script = spawn('script', ['-qefc', line, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  script.stdin.on('error', () => {}) // it may end before it reads a key
  const exited = once(script, 'exit')
  let written = ''
  script.stdout.setEncoding('utf8')
  const introduced = new Promise<RegExpExecArray>((resolve) => {
    script.stdout.on('data', (text: string) => {
      written += text
      const introduction = /^(\/dev\/\S+) (\d+)\r\n/.exec(written)
      if (introduction !== null) resolve(introduction)
    })
  })
  const [, device = '', pid = ''] = await introduced
  return {
    pid: Number(pid),
    screen: () => drawn(written),
    written: () => written,
    type: (keys) => void script.stdin.write(keys),
    resize(width, height) {
      spawnSync('stty', ['-F', device, 'cols', `${width}`, 'rows', `${height}`])
    },
    ended: exited.then(([code]) => code),
  }
}

/** Rows as the sequences that go to the start of a row, or clear the screen, have left them. */
function drawn(written: string): readonly string[] {
  const rows: string[] = []
  let row: number | null = null
  for (const piece of written.slice(written.lastIndexOf('\x1b[2J') + 1).split('\x1b[')) {
    const [, start] = /^(\d+);1H$/.exec(piece) ?? []
    const [, text] = /^[\d;]*[mK](.*)$/s.exec(piece) ?? []
    if (start !== undefined) {
      row = Number(start) - 1
      rows[row] = ''
    } else if (text !== undefined && row !== null) {
      rows[row] += text
    } else {
      row = null
    }
  }
  return Array.from(rows, (text) => (text ?? '').trimEnd())
}
