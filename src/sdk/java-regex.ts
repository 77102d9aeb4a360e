import { ConnectError, messageOf } from '../base/errors.ts'
import { javaPattern } from '../base/java-pattern.ts'
import { validator } from '../config/validators.ts'

/** A setting that is a Java pattern. */
export const javaRegex = validator('valid regex', (key, value) => {
  try {
    javaPattern(String(value))
  } catch (cause) {
    throw new ConnectError(
      `Invalid value ${value} for configuration ${key}: Invalid regex: ${messageOf(cause)}`,
      { code: 'CONFIG_INVALID', cause },
    )
  }
})
