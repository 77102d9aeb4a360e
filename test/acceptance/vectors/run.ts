import { differenceOf, readVectors } from './check.ts'

const paths = process.argv.slice(2)
if (paths.length === 0) {
  console.error('usage: npm run vectors -- FILE...')
  process.exit(2)
}

let passed = 0
let failed = 0
for (const path of paths) {
  const { suite, cases } = readVectors(path)
  for (const vector of cases) {
    const difference = await differenceOf(vector)
    if (difference === null) passed++
    else {
      failed++
      console.log(`${suite} ${vector.id}\n${difference}`)
    }
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
