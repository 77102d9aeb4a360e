/** What can have settings, as requests number it. */
export const resourceType = { topic: 2, broker: 4 } as const
