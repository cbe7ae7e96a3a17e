import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = dirname(fileURLToPath(import.meta.url))
/** The program, as `npm run build` made it; another one with PORTOLAN_MAIN. */
export const MAIN = process.env['PORTOLAN_MAIN'] ?? join(HERE, '../../../../dist/main.js')
