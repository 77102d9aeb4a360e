import { test } from 'node:test'
import { Random, seedOfRun } from './random.ts'

/** How often each property is tried; more with `npm run test:all`. */
const RUNS = Number(process.env['MILLRACE_TEST_RUNS'] ?? 300)

/**
 * A test that holds for whatever is made from a seed. The seed of a failure is in its name and
 * message: MILLRACE_TEST_SEED runs the same again.
 */
export function property(name: string, check: (random: Random) => void): void {
  const seed = seedOfRun()
  test(`${name} (${RUNS} times)`, () => {
    for (let run = 0; run < RUNS; run++) {
      try {
        check(new Random(seed + run))
      } catch (cause) {
        throw new Error(`does not hold with MILLRACE_TEST_SEED=${seed + run}`, { cause })
      }
    }
  })
}
