import { connectVersion, millraceVersion } from '../base/version.ts'
import { converters } from '../converters/index.ts'
import { predicates } from '../predicates/index.ts'
import type { PluginEntry } from '../runtime/plugins.ts'
import type { Plugin, PluginKind } from '../sdk/plugin.ts'
import { transforms } from '../transforms/index.ts'

/** The plug-ins that come with Millrace. */
export const builtinPlugins: readonly PluginEntry[] = [
  loaded('sink', 'org.apache.kafka.connect.file.FileStreamSinkConnector', async () => {
    return (await import('../connectors/file/index.ts')).fileStreamSink
  }),
  loaded('source', 'org.apache.kafka.connect.file.FileStreamSourceConnector', async () => {
    return (await import('../connectors/file/index.ts')).fileStreamSource
  }),
  loaded('source', 'io.confluent.kafka.connect.datagen.DatagenConnector', async () => {
    return (await import('../connectors/datagen/index.ts')).datagen
  }),
  loaded('converter', 'io.confluent.connect.avro.AvroConverter', async () => {
    return (await import('../converters/avro/avro.ts')).avroConverter
  }),
  loaded('converter', 'io.confluent.connect.json.JsonSchemaConverter', async () => {
    return (await import('../converters/json-schema/index.ts')).jsonSchemaConverter
  }),
  loaded('converter', 'io.confluent.connect.protobuf.ProtobufConverter', async () => {
    return (await import('../converters/protobuf/index.ts')).protobufConverter
  }),
  loaded(
    'rest_extension',
    'org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension',
    async () => (await import('../extensions/basic-auth.ts')).basicAuth,
  ),
  ...(['file', 'directory', 'envVar'] as const).map((name) =>
    loaded(
      'configprovider',
      `org.apache.kafka.common.config.provider.${name.charAt(0).toUpperCase()}${name.slice(1)}ConfigProvider`,
      async () => (await import('../extensions/config-providers.ts'))[`${name}Provider`],
    ),
  ),
  ...(['all', 'none', 'principal', 'allowlist'] as const).map((name) =>
    loaded(
      'connector_client_config_override_policy',
      `org.apache.kafka.connect.connector.policy.${name.charAt(0).toUpperCase()}${name.slice(1)}ConnectorClientConfigOverridePolicy`,
      async () => (await import('../extensions/override-policies.ts'))[`${name}Policy`],
    ),
  ),
  ...[...converters, ...transforms, ...predicates].map((plugin) => ({
    kind: plugin.kind,
    class: plugin.class,
    version: plugin.version,
    location: 'classpath',
    load: () => Promise.resolve(plugin),
  })),
]

/** A plug-in whose code is loaded when it is first used. */
function loaded(kind: PluginKind, name: string, load: () => Promise<Plugin>): PluginEntry {
  const version = name.startsWith('org.apache.kafka.') ? connectVersion : millraceVersion
  return { kind, class: name, version, location: 'classpath', load }
}
