import { resolve } from 'node:path'

/** Captures made by others, with figures of other tools beside them: not part of the project, and not always there. */
export const corpusFolder = process.env['PORTOLAN_CORPUS'] ?? resolve('../shared/captures')
