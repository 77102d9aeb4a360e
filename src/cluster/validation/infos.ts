import type { ConfigDefinition, ConfigKey, ConfigSpec } from '../../config/definition.ts'
import { parseValue } from '../../config/parse.ts'
import type { ConfigValue } from '../../config/report.ts'
import { convertToString } from '../../config/text.ts'
import type { ConfigInfos, ConfigKeyInfo, ConfigValueInfo } from '../herder.ts'

/** Entries of a validation's answer that belong together. */
export type PartialInfos = Omit<ConfigInfos, 'name'>

/** A setting as REST tells it. */
export function keyInfo(name: string, key: ConfigKey, prefix = ''): ConfigKeyInfo {
  const required = key.default === undefined
  return {
    name: prefix + name,
    type: key.type.toUpperCase(),
    required,
    default_value: required
      ? null
      : convertToString(parseValue(name, key.default, key.type), key.type),
    importance: key.importance.toUpperCase(),
    documentation: key.doc,
    group: key.group ?? null,
    order_in_group: key.order ?? -1,
    width: (key.width ?? 'none').toUpperCase(),
    display_name: key.displayName ?? name,
    dependents: key.dependents ?? [],
  }
}

/** @param key Its definition, if it has one. */
function valueInfo(value: ConfigValue, key?: ConfigKey, prefix = ''): ConfigValueInfo {
  const type = key?.type ?? 'string'
  const elementType = type === 'list' ? 'string' : type
  return {
    name: prefix + value.name,
    value: convertToString(value.value, type),
    recommended_values: value.recommendedValues.map((each) =>
      String(convertToString(each, elementType)),
    ),
    errors: value.errors,
    visible: value.visible,
  }
}

/** Groups in the order in which keys name them first. */
function groupsOf(definition: ConfigDefinition): readonly string[] {
  return [...new Set(Object.values(definition.keys).flatMap(({ group }) => group ?? []))]
}

/**
 * Entries for all keys; before them those of values that have no definition. Of several values for
 * a key the last counts. Every message is an error.
 */
export function definedInfos(keys: ConfigSpec, values: readonly ConfigValue[]): PartialInfos {
  const undefinedOnes = values
    .filter(({ name }) => !Object.hasOwn(keys, name))
    .map((value) => ({ definition: null, value: valueInfo(value) }))
  const byName = new Map(values.map((value) => [value.name, value]))
  const defined = Object.entries(keys).map(([name, key]) => {
    const value = byName.get(name)
    return {
      definition: keyInfo(name, key),
      value: value === undefined ? null : valueInfo(value, key),
    }
  })
  const configs = [...undefinedOnes, ...defined]
  return {
    error_count: configs.reduce((count, { value }) => count + (value?.errors.length ?? 0), 0),
    groups: groupsOf({ keys }),
    configs,
  }
}

/** Entries for values under a prefix. However many messages a value has, it is one error. */
export function prefixedInfos(
  keys: ConfigSpec,
  values: readonly ConfigValue[],
  prefix: string,
): PartialInfos {
  const configs = values.map((value) => {
    const key = Object.hasOwn(keys, value.name) ? keys[value.name] : undefined
    return {
      definition: key === undefined ? null : keyInfo(value.name, key, prefix),
      value: valueInfo(value, key, prefix),
    }
  })
  return {
    error_count: configs.filter(({ value }) => value.errors.length > 0).length,
    groups: [...new Set(configs.flatMap(({ definition }) => definition?.group ?? []))],
    configs,
  }
}

export function mergeInfos(name: string, parts: readonly PartialInfos[]): ConfigInfos {
  return {
    name,
    error_count: parts.reduce((count, part) => count + part.error_count, 0),
    groups: [...new Set(parts.flatMap(({ groups }) => groups))],
    configs: parts.flatMap(({ configs }) => configs),
  }
}
