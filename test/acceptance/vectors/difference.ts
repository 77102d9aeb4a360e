/** Where two JSON values differ, one line for each place: `path: expected X, got Y`. */
export function differences(expected: unknown, actual: unknown, path = ''): readonly string[] {
  if (JSON.stringify(expected) === JSON.stringify(actual)) return []
  if (!isContainer(expected) || !isContainer(actual) || isList(expected) !== isList(actual)) {
    return [`${path || 'outcome'}: expected ${text(expected)}, got ${text(actual)}`]
  }
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
  return [...keys].flatMap((key) =>
    differences(expected[key], actual[key], path === '' ? key : `${path}.${key}`),
  )
}

type Container = { readonly [key: string]: unknown }

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

function isList(value: Container): boolean {
  return Array.isArray(value)
}

function text(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
