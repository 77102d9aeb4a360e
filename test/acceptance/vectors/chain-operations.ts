import { builtinPlugins } from '../../../src/cli/builtin.ts'
import { stageKeys } from '../../../src/cluster/validation/stages.ts'
import { validateConfig } from '../../../src/config/report.ts'
import { createPluginRegistry } from '../../../src/runtime/plugin-registry.ts'
import type { Props } from '../../../src/runtime/props.ts'
import { createTransformChain } from '../../../src/runtime/task-plugins.ts'
import type { TransformChain } from '../../../src/runtime/transform-chain.ts'
import { ConfigureFailure, type Operation } from './case.ts'
import { decodeRecord, type RecordJson } from './record-codec.ts'
import { outcomesOf } from './transform-operations.ts'

interface ChainCase {
  /** `transforms` and `predicates` of a connector, with their settings. */
  readonly config: Props
  readonly records: readonly RecordJson[]
}

const plugins = createPluginRegistry(builtinPlugins)

export const chainOperations: Readonly<Record<string, Operation>> = {
  chain: async ({ config, records }: ChainCase) => {
    const chain = await validChain(config).catch((cause: unknown) => {
      throw new ConfigureFailure('not configured', { cause })
    })
    return outcomesOf(records, (record) => chain.apply(decodeRecord(record)))
  },
}

async function validChain(config: Props): Promise<TransformChain> {
  const transforms = await stageKeys(plugins, 'transforms', config)
  const predicates = await stageKeys(plugins, 'predicates', config)
  const { values } = validateConfig({ keys: { ...transforms, ...predicates } }, config)
  const [problem] = values.flatMap(({ errors }) => errors)
  if (problem !== undefined) throw new TypeError(problem)
  return createTransformChain(plugins, config)
}
