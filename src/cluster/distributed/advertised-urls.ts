const HELP = 'rest.advertised.host.name and rest.advertised.port'

/** What is wrong with the URL where a worker says that others reach it; null for nothing. */
export function problemOfUrl(url: string): string | null {
  const isNowhere = ['0.0.0.0', '[::]'].includes(new URL(url).hostname)
  return isNowhere
    ? `Other workers are told to reach this one at ${url}, which for each of them is itself. Requests that they should pass on fail: set ${HELP} to what they reach`
    : null
}

/** What is wrong with the URLs of all workers of a group; null for nothing. */
export function problemOfUrls(urls: readonly string[]): string | null {
  const shared = new Set(urls.filter((url, index) => urls.indexOf(url) !== index))
  return shared.size > 0
    ? `Several workers of the group say that they are reached at ${[...shared].join(', ')}. Requests for one reach another, and statuses don't tell them apart: give each ${HELP} of its own`
    : null
}
