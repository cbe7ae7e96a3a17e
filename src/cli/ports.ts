import type { Define } from './program.ts'
export const definePorts: Define = () => {}
