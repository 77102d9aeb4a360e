import type { ConfigKey, ConfigSpec, Recommender, Validator } from './definition.ts'
import { withPrefix } from './props.ts'
import { validator } from './validators.ts'

/**
 * Settings of a part, such as a transformation, within those of a whole: under a prefix, in one
 * group from `order` on. Validators and recommenders see the names without the prefix.
 */
export function embed(prefix: string, group: string, order: number, keys: ConfigSpec): ConfigSpec {
  const embedded = sorted(keys).map(([name, key], index) => [
    prefix + name,
    {
      ...key,
      group: key.group === undefined ? group : `${group}: ${key.group}`,
      order: order + index,
      displayName: key.displayName ?? name,
      dependents: (key.dependents ?? []).map((dependent) => prefix + dependent),
      ...(key.validator && { validator: unprefixed(prefix, key.validator) }),
      ...(key.recommender && { recommender: unprefixedRecommender(prefix, key.recommender) }),
    },
  ])
  return Object.fromEntries(embedded)
}

function unprefixed(prefix: string, inner: Validator): Validator {
  return {
    ...inner,
    ...validator(inner.toString(), (key, value) =>
      inner.ensureValid(key.slice(prefix.length), value),
    ),
  }
}

function unprefixedRecommender(prefix: string, inner: Recommender): Recommender {
  return {
    validValues: (name, parsed) =>
      inner.validValues(name.slice(prefix.length), withPrefix(parsed, prefix)),
    visible: (name, parsed) => inner.visible(name.slice(prefix.length), withPrefix(parsed, prefix)),
  }
}

const importances = ['high', 'medium', 'low']

/** By group, place within it, required ones first, importance and name, as in the reference. */
function sorted(keys: ConfigSpec): ReadonlyArray<[string, ConfigKey]> {
  const groups = Object.values(keys).map(({ group }) => group)
  const groupOrder = ({ group }: ConfigKey) => (group === undefined ? -1 : groups.indexOf(group))
  return Object.entries(keys).sort(
    ([nameA, a], [nameB, b]) =>
      groupOrder(a) - groupOrder(b) ||
      (a.order ?? -1) - (b.order ?? -1) ||
      Number(a.default !== undefined) - Number(b.default !== undefined) ||
      importances.indexOf(a.importance) - importances.indexOf(b.importance) ||
      (nameA < nameB ? -1 : 1),
  )
}
