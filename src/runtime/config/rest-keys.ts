import { ConnectError } from '../../base/errors.ts'
import type { ConfigSpec } from '../../config/definition.ts'
import { distinctList, oneOf, validator } from '../../config/validators.ts'
import { parseHeaderRules } from './header-rules.ts'

const URLS = 'http://localhost:8080,https://localhost:8443'

const listeners = validator(`List of comma-separated URLs, ex: ${URLS}.`, (_key, value) => {
  const urls = Array.isArray(value) ? value : []
  const problem =
    urls.length === 0
      ? `Invalid value for listeners, at least one URL is expected, ex: ${URLS}.`
      : 'Empty URL found when parsing listeners list.'
  if (urls.length > 0 && !urls.includes('')) return
  throw new ConnectError(problem, { code: 'CONFIG_INVALID' })
})

const headerRules = validator(
  "Comma-separated header rules, where each header rule is of the form '[action] [header name]:[header value]' and optionally surrounded by double quotes if any part of a header rule contains a comma",
  (_key, value) => {
    parseHeaderRules(String(value ?? ''))
  },
)

/** Settings of the REST server. Names and defaults of Apache Kafka Connect. */
export const restKeys = {
  listeners: {
    type: 'list',
    default: ['http://:8083'],
    validator: listeners,
    importance: 'low',
    doc: 'Addresses where REST requests are answered, such as http://host:8083; no host means all.',
  },
  'admin.listeners': {
    type: 'list',
    default: null,
    validator: distinctList({ nullAllowed: true }),
    importance: 'low',
    doc: 'Addresses of the /admin endpoints: absent, those of listeners; empty, none.',
  },
  'rest.advertised.host.name': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'Host that is told to other workers and users.',
  },
  'rest.advertised.port': {
    type: 'int',
    default: null,
    importance: 'low',
    doc: 'Port that is told to other workers and users.',
  },
  'rest.advertised.listener': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'Which of http and https is told to other workers.',
  },
  'access.control.allow.origin': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Origins whose pages may call REST, or *; none when empty.',
  },
  'access.control.allow.methods': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Methods that pages of other origins may use; GET, POST and HEAD when empty.',
  },
  'response.http.headers.config': {
    type: 'string',
    default: '',
    validator: headerRules,
    importance: 'low',
    doc: 'Headers of every answer: rules such as `set X-Frame-Options: DENY`, commas between.',
  },
  'ssl.client.auth': {
    type: 'string',
    default: 'none',
    validator: oneOf('required', 'requested', 'none'),
    importance: 'low',
    doc: 'Whether callers of HTTPS listeners must or may show a certificate.',
  },
  'rest.extension.classes': {
    type: 'list',
    default: [],
    validator: distinctList(),
    importance: 'low',
    doc: 'Extensions of the REST server.',
  },
  'millrace.rest.extras': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Whether paths are served on which Apache Kafka Connect answers 404, such as /openapi.json.',
  },
} as const satisfies ConfigSpec
