import { ConnectError } from '../../base/errors.ts'
import { type Props, propOf } from '../props.ts'

/** Below that a thread can hardly load its plug-ins. */
const MIN_MB = 32

/**
 * `millrace.heap.limit.mb` of a connector, in megabytes; null without.
 * @throws ConnectError CONFIG_INVALID
 */
export function heapLimitMb(props: Props): number | null {
  const text = propOf(props, 'millrace.heap.limit.mb')
  if (text === null || text === '') return null
  const limitMb = Number(text)
  if (Number.isInteger(limitMb) && limitMb >= MIN_MB) return limitMb
  throw new ConnectError(
    `Invalid value ${text} for configuration millrace.heap.limit.mb: a number of megabytes from ${MIN_MB} on, or leave it out`,
    { code: 'CONFIG_INVALID' },
  )
}
