import { styleText } from 'node:util'

/** What the terminal can show. */
export interface Canvas {
  readonly columns: number
  readonly rows: number
  readonly colors: boolean
  /** Lines and arrows of Unicode, else of ASCII. */
  readonly unicode: boolean
}

/** Roles of texts in the view. */
const styles = {
  title: ['bold'],
  number: ['bold'],
  faint: ['dim'],
  running: ['green'],
  paused: ['yellow'],
  failed: ['red', 'bold'],
  command: ['cyan'],
  yours: ['yellow', 'bold'],
  plain: [],
} as const

export type Style = keyof typeof styles

export function paint({ colors }: Canvas, style: Style, text: string): string {
  const formats = styles[style]
  if (!colors || formats.length === 0) return text
  return styleText([...formats], text, { validateStream: false })
}

const unicode = {
  horizontal: '─',
  vertical: '│',
  corners: ['┌', '┐', '└', '┘'],
  arrow: '►',
  mark: '▸',
  ellipsis: '…',
  dot: '·',
} as const

const ascii = {
  horizontal: '-',
  vertical: '|',
  corners: ['+', '+', '+', '+'],
  arrow: '>',
  mark: '>',
  ellipsis: '~',
  dot: '-',
} as const

export function glyphs(canvas: Canvas): typeof unicode | typeof ascii {
  return canvas.unicode ? unicode : ascii
}
