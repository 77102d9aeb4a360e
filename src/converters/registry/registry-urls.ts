import { ConnectError, validator } from '../../sdk/index.ts'
import { withoutCredentials } from './registry-error.ts'

/** Addresses of registries. @throws ConnectError CONFIG_INVALID */
export function readUrls(texts: readonly string[]): readonly URL[] {
  if (texts.length === 0) throw invalid('Missing required configuration "schema.registry.url"')
  return texts.map((text) => {
    const url = URL.parse(text)
    if (url !== null && /^https?:$/.test(url.protocol)) return url
    throw invalid(
      `Invalid value ${withoutCredentials(text)} for configuration schema.registry.url: must be the address of a registry, such as http://host:8081`,
    )
  })
}

export const registryUrls = validator('addresses', (_key, value) => {
  readUrls(Array.isArray(value) ? value : [])
})

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'CONFIG_INVALID' })
}
