import { ConnectError, messageOf } from '../base/errors.ts'
import { javaPattern } from '../base/java-pattern.ts'
import { validator } from '../config/validators.ts'

/** A setting that is a Java pattern; an absent one is not. */
export const javaRegex = validator('valid regex', (key, value) => {
  try {
    if (typeof value !== 'string') throw new TypeError('a pattern is needed')
    javaPattern(value)
  } catch (cause) {
    throw new ConnectError(
      `Invalid value ${value} for configuration ${key}: Invalid regex: ${messageOf(cause)}`,
      { code: 'CONFIG_INVALID', cause },
    )
  }
})
