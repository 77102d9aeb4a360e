import { nearestKey } from '../../config/nearest-key.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { ConfigInfos } from '../herder.ts'

/** Properties of which only some are checked, or only when something starts. */
const unchecked =
  /^(?:topic\.creation|transforms|predicates|(?:admin|consumer|producer)\.override)\./

/**
 * A line for each property that is unknown and looks like a known one misspelt. Other unknown
 * properties may be the connector's own business.
 * @param infos Validation of these properties.
 */
export function suspectProperties(props: ConfigProps, infos: ConfigInfos): readonly string[] {
  const known = new Set(infos.configs.flatMap(({ definition }) => definition?.name ?? []))
  return Object.keys(props).flatMap((key) => {
    if (known.has(key) || unchecked.test(key)) return []
    const nearest = nearestKey(key, known)
    return nearest === null ? [] : `unknown property '${key}', did you mean '${nearest}'?`
  })
}
