/** A benchmark: `npm run bench -- NAME [options]`. */
interface Bench {
  readonly usage: string
  run(args: readonly string[]): Promise<void>
}

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  file: () => import('./file-run.ts'),
  broker: () => import('./broker/run.ts'),
  data: () => import('./data/run.ts'),
  cluster: () => import('./cluster/run.ts'),
}

const [name = '', ...args] = process.argv.slice(2)
const load = Object.hasOwn(benches, name) ? benches[name] : undefined
if (load === undefined) {
  const names = Object.keys(benches).join(', ')
  process.stderr.write(`Usage: npm run bench -- NAME [options]   (${names}; NAME --help)\n`)
  process.exit(name === '--help' ? 0 : 2)
}
const bench = await load()
if (args.includes('--help')) process.stdout.write(bench.usage)
else await bench.run(args)
