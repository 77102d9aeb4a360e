/** What is known of a thread when something looks for a place. */
export interface Place {
  /** Names of the connectors of its tasks, one for each task. */
  readonly tasks: readonly string[]
  readonly connectors: number
  /** false while it does not answer. */
  readonly answers: boolean
}

/**
 * Index of the thread that runs a task best: one that answers, of these one with the fewest tasks
 * of the same connector, of these one with the fewest tasks.
 * @param sizeMax Most threads there may be.
 * @returns null for a new thread, when there is room for one and no thread is without tasks.
 */
export function placeTask(
  connector: string,
  places: readonly Place[],
  sizeMax: number,
): number | null {
  const best = lowest(places, ({ tasks, answers }) => [
    answers ? 0 : 1,
    tasks.filter((other) => other === connector).length,
    tasks.length,
  ])
  const isIdle = best !== null && places[best]?.tasks.length === 0 && places[best].answers
  return places.length < sizeMax && !isIdle ? null : best
}

/** As `placeTask`, for a connector: it has little to do, so it shares a thread that is there. */
export function placeConnector(places: readonly Place[], sizeMax: number): number | null {
  const best = lowest(places, ({ tasks, connectors, answers }) => [
    answers ? 0 : 1,
    tasks.length,
    connectors,
  ])
  const isFit = best !== null && places[best]?.answers === true
  return places.length < sizeMax && !isFit ? null : best
}

function lowest(
  places: readonly Place[],
  weigh: (place: Place) => readonly number[],
): number | null {
  const weighed = places.map((place, index) => ({ index, weight: weigh(place) }))
  weighed.sort((a, b) => a.weight.map((n, at) => n - (b.weight[at] ?? 0)).find((d) => d !== 0) ?? 0)
  return weighed[0]?.index ?? null
}
