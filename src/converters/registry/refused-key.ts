import { ConnectError, validator } from '../../sdk/index.ts'

/** A setting that exists elsewhere and is not supported here: any value but the default is refused. */
export function refusedKey(reason: string) {
  return onlyDefault(null, reason)
}

/** As `refusedKey`, where the default is a text that people also write down. */
export function onlyDefault<const D extends string | null>(value: D, reason: string) {
  return {
    type: 'string',
    default: value,
    importance: 'low',
    doc: value === null ? `Not supported: ${reason}.` : `Only ${value}: ${reason}.`,
    validator: validator(value === null ? 'null' : `[${value}]`, (key, given) => {
      if (isSame(given, value)) return
      throw new ConnectError(
        `Invalid value ${String(given)} for configuration ${key}: not supported: ${reason}`,
        { code: 'CONFIG_INVALID' },
      )
    }),
  } as const
}

function isSame(given: unknown, value: string | null): boolean {
  if (value === null) return given === null || given === ''
  return typeof given === 'string' && given.toLowerCase() === value.toLowerCase()
}
