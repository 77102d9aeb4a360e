import { type Canvas, glyphs, paint, type Style } from './canvas.ts'
import type { Mover, Snapshot, Station } from './meter.ts'
import { inputName, outputName, topic } from './names.ts'
import { textWidth, toWidth } from './text-width.ts'

/** From here on there is room for the names of the connectors. */
export const WIDE_COLUMNS = 78
const LINK_COLUMNS_WIDE = 15
const LINK_COLUMNS_NARROW = 9

const stateStyles: Readonly<Record<string, Style>> = {
  RUNNING: 'running',
  FAILED: 'failed',
}

/** File, topic and file as boxes, with the connectors between them: four lines of `width`. */
export function flowPicture(snapshot: Snapshot, canvas: Canvas, width: number): readonly string[] {
  const isWide = width >= WIDE_COLUMNS
  const linkWidth = isWide ? LINK_COLUMNS_WIDE : LINK_COLUMNS_NARROW
  const boxWidth = Math.floor((width - 2 * linkWidth) / 3)
  const columns = [
    box(canvas, inputName, snapshot.input, 'lines', boxWidth),
    link(canvas, snapshot.source, sizeText, linkWidth),
    box(canvas, isWide ? `topic ${topic}` : topic, snapshot.topic, 'records', boxWidth),
    link(canvas, snapshot.sink, String, linkWidth),
    box(canvas, outputName, snapshot.output, 'lines', boxWidth),
  ]
  return [0, 1, 2, 3].map((row) => columns.map((column) => column[row]).join(''))
}

function box(
  canvas: Canvas,
  title: string,
  { count, perSecond }: Station,
  unit: string,
  width: number,
): readonly string[] {
  const { horizontal, vertical, corners, ellipsis } = glyphs(canvas)
  const inner = width - 4
  const counted = `${count} ${unit}`
  const side = paint(canvas, 'faint', vertical)
  const faint = (text: string) => paint(canvas, 'faint', text)
  const row = (text: string, style: Style) =>
    `${side} ${paint(canvas, style, toWidth(text, inner, ellipsis))} ${side}`
  const [topLeft, topRight, bottomLeft, bottomRight] = corners
  const rule = horizontal.repeat(width - 5 - textWidth(title))
  return [
    `${faint(`${topLeft}${horizontal}`)} ${paint(canvas, 'title', title)} ${faint(rule + topRight)}`,
    row(counted.length > inner ? `${count}` : counted, 'number'),
    row(`${perSecond.toFixed(1)}/s`, 'plain'),
    faint(`${bottomLeft}${horizontal.repeat(width - 2)}${bottomRight}`),
  ]
}

function link(
  canvas: Canvas,
  { name, state, lag }: Mover,
  lagText: (lag: number) => string,
  width: number,
): readonly string[] {
  const { horizontal, arrow, ellipsis } = glyphs(canvas)
  const centered = (text: string, style: Style) => {
    const left = Math.max(0, Math.floor((width - textWidth(text)) / 2))
    return paint(canvas, style, toWidth(' '.repeat(left) + text, width, ellipsis))
  }
  const style = stateStyles[state] ?? 'paused'
  return [
    centered(width >= LINK_COLUMNS_WIDE ? name : '', 'plain'),
    centered(state, style),
    paint(canvas, style, ` ${horizontal.repeat(width - 3)}${arrow} `),
    centered(lag === null ? '' : `lag ${lagText(lag)}`, 'plain'),
  ]
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(0)} kB`
  return `${(bytes / 1_000_000).toFixed(0)} MB`
}
