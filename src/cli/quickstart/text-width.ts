import { stripVTControlCharacters } from 'node:util'

const graphemes = new Intl.Segmenter()
/** East Asian wide characters and emoji take two columns. */
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u

/** Columns that printable text takes on a terminal. */
export function textWidth(text: string): number {
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1
  return width
}

/** Text from outside as one that can't steer the terminal. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
}

/** Text of exactly `width` columns: cut with `ellipsis` at its end, or with spaces after it. */
export function toWidth(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) return text + ' '.repeat(width - textWidth(text))
  let kept = ''
  let room = width - ellipsis.length
  for (const { segment } of graphemes.segment(text)) {
    room -= textWidth(segment)
    if (room < 0) break
    kept += segment
  }
  return toWidth(kept + ellipsis, width, '')
}

/** Text in rows of `width` columns, broken between words; what does not fit into the last is cut. */
export function folded(
  text: string,
  width: number,
  { rowsMax, ellipsis }: { readonly rowsMax: number; readonly ellipsis: string },
): readonly string[] {
  const rows: string[] = []
  let row = ''
  for (const word of text.split(' ')) {
    const longer = row === '' ? word : `${row} ${word}`
    if (row === '' || rows.length === rowsMax - 1 || textWidth(longer) <= width) {
      row = longer
    } else {
      rows.push(row)
      row = word
    }
  }
  return [...rows, row].map((each) => toWidth(each, width, ellipsis))
}
