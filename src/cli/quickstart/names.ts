/** What the quickstart's topic, connectors and files are called. */
export const topic = 'lines'
export const sourceName = 'file-to-topic'
export const sinkName = 'topic-to-file'
export const inputName = 'lines.txt'
export const outputName = 'copy.txt'
