import { type Canvas, glyphs, paint } from './canvas.ts'
import { commandRows } from './command-rows.ts'
import { flowPicture, WIDE_COLUMNS } from './flow-picture.ts'
import type { LatestLines, Line } from './latest-lines.ts'
import type { Snapshot } from './meter.ts'
import { outputName, topic } from './names.ts'
import { bootstrapOf, commandsToTry, type Place, urlOf } from './place.ts'
import { folded, printable, textWidth, toWidth } from './text-width.ts'

/** A narrower terminal shows the left part. */
const COLUMNS_MIN = 60
/** On a wider one, a line would be hard to follow. */
const COLUMNS_MAX = 120
const NUMBER_COLUMNS = 7
/** Lines of the topic and the file that are worth more than empty lines between the parts. */
const LINES_WISHED = 3
const GAPS = 4

/** The view as lines, as many as the terminal has rows, or fewer. */
export function frame(
  snapshot: Snapshot,
  place: Place,
  problem: string | null,
  canvas: Canvas,
): readonly string[] {
  const columns = Math.min(Math.max(canvas.columns, COLUMNS_MIN), COLUMNS_MAX)
  const margin = columns < WIDE_COLUMNS + 2 ? 0 : 1
  const width = columns - 2 * margin
  const picture = flowPicture(snapshot, canvas, width)
  const commands = commandsToTry(place, snapshot.sink.state).flatMap((command) =>
    commandRows(command, { width: columns, indent: margin + 2 }),
  )
  const problems = problemOf(snapshot, problem).flatMap((text) =>
    folded(printable(text), width, { rowsMax: 2, ellipsis: glyphs(canvas).ellipsis }),
  )
  const fixed = 1 + picture.length + 2 + 1 + 1 + commands.length + problems.length + 1
  const room = canvas.rows - fixed
  const gaps = Math.min(GAPS, Math.max(0, room - 2 * LINES_WISHED))
  const lines = Math.max(1, Math.floor((room - gaps) / 2))
  const gap = (number: number) => (number <= gaps ? [''] : [])
  const heading = (name: string, rest: string) =>
    paint(canvas, 'title', name) +
    paint(canvas, 'faint', toWidth(rest, width - name.length, glyphs(canvas).ellipsis))
  const padded = (...rows: readonly string[]) => rows.map((row) => ' '.repeat(margin) + row)
  const rows = [
    ...padded(header(snapshot, canvas, width), ...gap(3), ...picture, ...gap(2)),
    ...padded(heading(`topic ${topic}`, ': offset and value, by HoistField and InsertField')),
    ...padded(...listed(snapshot.topic.latest, lines, canvas, width)),
    ...padded(heading(outputName, ': what FileStreamSink has written')),
    ...padded(...listed(snapshot.output.latest, lines, canvas, width)),
    ...padded(...gap(1), addresses(place, canvas, width), ...gap(4)),
    ...padded(paint(canvas, 'title', 'Try in a second terminal')),
    ...commands.map((row) => paint(canvas, 'command', row)),
    ...padded(...problems.map((row) => paint(canvas, 'failed', row))),
    ...padded(paint(canvas, 'faint', 'Ctrl-C or q stops all of it and removes the files.')),
  ]
  return rows.slice(0, canvas.rows)
}

function header({ elapsedMs, memoryBytes }: Snapshot, canvas: Canvas, width: number): string {
  const title = 'Millrace quickstart'
  const { dot } = glyphs(canvas)
  const memory = `${Math.round(memoryBytes / 1e6)} MB with its broker`
  const right = `up ${durationText(elapsedMs)} ${dot} ${memory}`
  return (
    paint(canvas, 'title', title) + paint(canvas, 'faint', right.padStart(width - title.length))
  )
}

function addresses(place: Place, canvas: Canvas, width: number): string {
  const parts = [
    ['REST', urlOf(place)],
    ['Kafka', bootstrapOf(place)],
    ['log', place.logFile],
  ] as const
  const shown = textWidth(parts.flat().join(' ')) + 4 <= width ? parts : parts.slice(0, 2)
  return shown
    .map(([name, value]) => `${paint(canvas, 'title', name)} ${paint(canvas, 'command', value)}`)
    .join('  ')
}

function listed(
  latest: LatestLines,
  count: number,
  canvas: Canvas,
  width: number,
): readonly string[] {
  const rows = latest.newest(count).map((line) => listedLine(line, canvas, width))
  return [...rows, ...Array.from({ length: count - rows.length }, () => '')]
}

function listedLine({ number, text, isYours }: Line, canvas: Canvas, width: number): string {
  const mark = isYours ? glyphs(canvas).mark : ' '
  const value = toWidth(printable(text), width - NUMBER_COLUMNS - 2, glyphs(canvas).ellipsis)
  return (
    paint(canvas, 'faint', `${number}`.padStart(NUMBER_COLUMNS - 1)) +
    paint(canvas, isYours ? 'yours' : 'plain', ` ${mark} ${value}`)
  )
}

/** What has failed, else the last warning. */
function problemOf({ source, sink }: Snapshot, problem: string | null): readonly string[] {
  const failed = [source, sink].flatMap(({ name, error }) =>
    error === null ? [] : [`${name}: ${error}`],
  )
  return failed.length > 0 || problem === null ? failed : [problem]
}

/** `1:02:03` for hours, minutes and seconds; without hours `2:03`. */
export function durationText(durationMs: number): string {
  const seconds = Math.floor(durationMs / 1000)
  const two = (number: number) => `${number}`.padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const rest = two(seconds % 60)
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${two(minutes % 60)}:${rest}`
}
