/**
 * Steps of the standalone goldens that this worker can't pass yet, with the reason; by scenario.
 * A step that begins to pass has to leave the list.
 */
export const awaitedSteps: Readonly<Record<string, Readonly<Record<string, string>>>> = {}
