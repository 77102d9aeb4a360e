import type { ConfigSpec, Validator } from '../../config/definition.ts'
import { invalidValue } from '../../config/text.ts'
import { oneOf, validator } from '../../config/validators.ts'

/** Takes the JVM's default, so that files written for it work, and refuses what has no effect. */
function only(value: string | null): Validator {
  return validator(String(value ?? 'none'), (key, given) => {
    if (given === value) return
    throw invalidValue(
      key,
      given,
      'this chooses code of a Java VM and has no effect here; remove it',
    )
  })
}

/** TLS settings that name classes and algorithms of a Java VM. */
export const jvmTlsKeys = {
  'ssl.protocol': {
    type: 'string',
    default: 'TLSv1.3',
    validator: oneOf('TLSv1.3', 'TLSv1.2', 'TLS'),
    importance: 'medium',
    doc: 'Accepted; ssl.enabled.protocols tells what is used.',
  },
  'ssl.provider': {
    type: 'string',
    default: null,
    validator: only(null),
    importance: 'medium',
    doc: 'Must be absent: OpenSSL is used.',
  },
  'ssl.keymanager.algorithm': {
    type: 'string',
    default: 'SunX509',
    validator: only('SunX509'),
    importance: 'low',
    doc: 'Must be absent or SunX509.',
  },
  'ssl.trustmanager.algorithm': {
    type: 'string',
    default: 'PKIX',
    validator: only('PKIX'),
    importance: 'low',
    doc: 'Must be absent or PKIX.',
  },
  'ssl.secure.random.implementation': {
    type: 'string',
    default: null,
    validator: only(null),
    importance: 'low',
    doc: 'Must be absent: OpenSSL is used.',
  },
  'ssl.engine.factory.class': {
    type: 'class',
    default: null,
    validator: only(null),
    importance: 'low',
    doc: 'Must be absent: OpenSSL is used.',
  },
} as const satisfies ConfigSpec
