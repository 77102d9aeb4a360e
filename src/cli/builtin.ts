import { millraceVersion } from '../base/version.ts'
import type { PluginEntry } from '../runtime/plugins.ts'
import type { Plugin, PluginKind } from '../sdk/plugin.ts'

/** The plug-ins that come with Millrace. Each is loaded when it is first used. */
export const builtinPlugins: readonly PluginEntry[] = [
  plugin('sink', 'org.apache.kafka.connect.file.FileStreamSinkConnector', async () => {
    return (await import('../connectors/file/index.ts')).fileStreamSink
  }),
  plugin('source', 'org.apache.kafka.connect.file.FileStreamSourceConnector', async () => {
    return (await import('../connectors/file/index.ts')).fileStreamSource
  }),
  plugin('source', 'io.confluent.kafka.connect.datagen.DatagenConnector', async () => {
    return (await import('../connectors/datagen/index.ts')).datagen
  }),
]

function plugin(kind: PluginKind, name: string, load: () => Promise<Plugin>): PluginEntry {
  return { kind, class: name, version: millraceVersion, location: 'classpath', load }
}
