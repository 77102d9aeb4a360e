const text = { type: 'string' }
const nullableText = { type: ['string', 'null'] }
const integer = { type: 'integer' }
const texts = { type: 'array', items: text }

/** Shapes of bodies, as JSON Schema. */
export const schemas = {
  Error: object({ error_code: integer, message: text }),
  Message: object({ message: text }),
  Worker: object({ version: text, commit: text, kafka_cluster_id: text }),
  Health: object({ status: oneOf('healthy', 'starting', 'unhealthy'), message: text }),

  Config: {
    ...mapOf(nullableText),
    description: 'Settings of a connector: connector.class, tasks.max and those of its plug-in.',
  },
  ConfigPatch: { ...mapOf(nullableText), description: 'Settings to change; null removes one.' },
  CreateConnector: object(
    {
      name: text,
      config: ref('Config'),
      initial_state: oneOf('RUNNING', 'PAUSED', 'STOPPED'),
    },
    { optional: ['initial_state'] },
  ),
  ConnectorType: oneOf('source', 'sink', 'unknown'),
  Connector: object({
    name: text,
    config: ref('Config'),
    tasks: listOf('TaskId'),
    type: ref('ConnectorType'),
  }),
  Connectors: {
    anyOf: [
      { ...texts, description: 'Names.' },
      {
        ...mapOf(
          object(
            { info: ref('Connector'), status: ref('ConnectorStatus') },
            { optional: ['info', 'status'] },
          ),
        ),
        description: 'By name, with expand.',
      },
    ],
  },
  TaskId: object({ connector: text, task: integer }),
  Tasks: {
    type: 'array',
    items: object({ id: ref('TaskId'), config: { anyOf: [ref('Config'), { type: 'null' }] } }),
  },

  State: oneOf('UNASSIGNED', 'RUNNING', 'PAUSED', 'STOPPED', 'FAILED', 'RESTARTING', 'DESTROYED'),
  ConnectorStatus: object({
    name: text,
    connector: stateOf({}),
    tasks: listOf('TaskStatus'),
    type: ref('ConnectorType'),
  }),
  TaskStatus: stateOf({ id: integer }),

  Offsets: object({
    offsets: {
      type: 'array',
      items: object({
        partition: { type: 'object' },
        offset: { type: ['object', 'null'], description: 'null removes it.' },
      }),
    },
  }),
  Topics: { ...mapOf(object({ topics: texts })), description: 'By the name of the connector.' },

  Plugins: {
    type: 'array',
    items: object({ class: text, type: text, version: nullableText }, { optional: ['version'] }),
  },
  ConfigKey: object({
    name: text,
    type: text,
    required: { type: 'boolean' },
    default_value: nullableText,
    importance: text,
    documentation: text,
    group: nullableText,
    order_in_group: integer,
    width: text,
    display_name: text,
    dependents: texts,
  }),
  ConfigKeys: listOf('ConfigKey'),
  Validation: object({
    name: text,
    error_count: integer,
    groups: texts,
    configs: {
      type: 'array',
      items: object({
        definition: { anyOf: [ref('ConfigKey'), { type: 'null' }] },
        value: { anyOf: [ref('ConfigValue'), { type: 'null' }] },
      }),
    },
  }),
  ConfigValue: object({
    name: text,
    value: nullableText,
    recommended_values: texts,
    errors: texts,
    visible: { type: 'boolean' },
  }),

  LogLevel: object({
    level: text,
    last_modified: { type: ['integer', 'null'], description: 'Milliseconds since 1970.' },
  }),
  LogLevels: mapOf(ref('LogLevel')),
  SetLogLevel: object({ level: text }),
  LoggerNames: texts,
} as const

export type SchemaName = keyof typeof schemas

/** Reference to one of `schemas`. */
export function ref(name: string) {
  return { $ref: `#/components/schemas/${name}` }
}

function listOf(name: string) {
  return { type: 'array', items: ref(name) }
}

function mapOf(additionalProperties: object) {
  return { type: 'object', additionalProperties }
}

function oneOf(...values: readonly string[]) {
  return { type: 'string', enum: values }
}

/** Properties are required but those named. */
function object(
  properties: Readonly<Record<string, object>>,
  { optional = [] }: { readonly optional?: readonly string[] } = {},
) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', properties, required }
}

function stateOf(more: Readonly<Record<string, object>>) {
  return object(
    { ...more, state: ref('State'), worker_id: text, version: nullableText, trace: text },
    { optional: ['version', 'trace'] },
  )
}
