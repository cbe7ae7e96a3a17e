import type { MovedPort } from '../inventory.ts'
import { formatSpan, isSameSpans, movedKey } from '../ports.ts'
import { cut, LONGEST_PHRASE } from '../problems.ts'
import type { TopologyPort } from './moved-ports.ts'

export interface MergedPort {
  readonly change: 'added' | 'known' | 'differs'
  readonly port: TopologyPort
  readonly remark: string
}

/** Puts the ports of a topology beside those of the inventory, which are kept. */
export function mergePorts(known: readonly MovedPort[], ports: readonly TopologyPort[]): readonly MergedPort[] {
  const lines = new Map(known.map((line) => [movedKey(line), line]))
  return ports.flatMap((port): readonly MergedPort[] => {
    const line = lines.get(movedKey(port))
    if (line === undefined) return port.isMoved ? [{ change: 'added', port, remark: '' }] : []
    if (isSameSpans(line.actual, port.actual)) return [{ change: 'known', port, remark: '' }]
    const actual = cut(line.actual.map(formatSpan).join(', '), LONGEST_PHRASE)
    return [{ change: 'differs', port, remark: `${line.file}:${line.line} says ${actual}, and was kept` }]
  })
}
