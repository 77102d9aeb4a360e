import { stripVTControlCharacters, styleText } from 'node:util'
import type { LogEvent, LoggedError } from './logger-event.ts'

const styles = {
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'blue',
  trace: 'gray',
} as const

/**
 * An event as text for a terminal: one line, and below it the stack of an error that is a bug,
 * so of one without a code.
 */
export function prettyLine(event: LogEvent, colors: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colors ? styleText(style, text, { validateStream: false }) : text
  const level = event.level.toUpperCase().padEnd(5)
  const style = styles[event.level as keyof typeof styles]
  const context =
    event.context === undefined ? '' : `${paint('cyan', `[${printable(event.context)}]`)} `
  const parts = [
    paint('gray', event.time.slice(11, 23)),
    paint(style, level),
    `${context}${printable(event.msg)}${event.err === undefined ? '' : causes(event.err)}`,
    paint('gray', `(${shortName(event.logger)})`),
  ]
  return `${parts.join(' ')}\n${event.err === undefined ? '' : stack(event.err)}`
}

function causes(error: LoggedError): string {
  const told = toldCause(error)
  const cause = told === undefined ? '' : causes(told)
  return `: ${printable(error.message)}${cause}`
}

/** undefined for a cause that the error's own message already has. */
function toldCause({ message, cause }: LoggedError): LoggedError | undefined {
  return cause !== undefined && message.includes(cause.message) ? undefined : cause
}

function stack(error: LoggedError): string {
  if (error.code !== undefined) {
    const cause = toldCause(error)
    return cause === undefined ? '' : stack(cause)
  }
  const frames = error.stack.split('\n').filter((line) => /^\s+at /.test(line))
  return frames.map((line) => `    ${line.trim()}\n`).join('')
}

function shortName(namespace: string): string {
  return namespace.slice(namespace.lastIndexOf('.') + 1)
}

/** Text from outside can't start a line of its own or steer the terminal. */
function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/\r?\n/g, '\\n')
}
