/** Notes on steps, by scenario and step. */
export type StepNotes = Readonly<Record<string, Readonly<Record<string, string>>>>

/** One reason for several steps. */
function because(reason: string, steps: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(steps.map((step) => [step, reason]))
}

/**
 * Steps of the goldens of either mode that this worker does not pass, with the reason; by scenario.
 * A step that begins to pass has to leave the list.
 */
export const awaitedSteps: StepNotes = {
  'data-flow': because('by design: file positions count bytes, not characters', ['source offsets']),
  plugins: because('needs the connectors of MirrorMaker', [
    'connectors',
    'connectors only true',
    'all kinds',
    'flag not a boolean',
    'with slash',
  ]),
}

/** Steps that need a pause before them, with the reason. */
export const pausedSteps: StepNotes = {
  topics: because(
    'what the step writes is for tasks that start after the answer; the task before them, which reads faster than the reference, must not get it',
    ['both topics'],
  ),
}

/** Settings of a worker of their own for scenarios that need one. */
export const workerSettings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Its sink finds a record that its converter refuses, and was RUNNING only until it read that.
  'put-patch': { 'consumer.auto.offset.reset': 'latest' },
}
