import { appendFileSync } from 'node:fs'

/** Lines that are there from the beginning. */
export const FIRST_SAMPLES = 10

const drinks = ['espresso', 'cappuccino', 'mocha', 'ristretto', 'flat white', 'lungo', 'tea']

/** Line `number`, from 1, of the sample file. */
export function sampleLine(number: number): string {
  return `order ${number}: ${1 + ((number * number) % 5)} ${drinks[number % drinks.length]}`
}

/** False for a line that somebody else has written, also where it is within a record. */
export function isSample(text: string): boolean {
  return /\border \d+: \d \w/.test(text)
}

export function appendSamples(file: string, first: number, count: number): void {
  const lines = Array.from({ length: count }, (_, index) => `${sampleLine(first + index)}\n`)
  appendFileSync(file, lines.join(''))
}
