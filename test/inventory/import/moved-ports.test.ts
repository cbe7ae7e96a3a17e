import { describe, expect, it } from 'vitest'
import { DOCUMENTED, topologyPorts } from '../../../src/inventory/import/moved-ports.ts'
import { parseImport } from '../../../src/inventory/import/read.ts'
import { actualPorts, formatSpan } from '../../../src/inventory/ports.ts'
import type { Role } from '../../../src/inventory/roles.ts'
import { selectRules } from '../../../src/rules/pack.ts'
import { importInto, TOPOLOGY } from './importing.ts'

/** The moved ports of a document: `edge-access tcp 443 is 5061`. */
function moved(topology: string): readonly string[] {
  return topologyPorts(parseImport(Buffer.from(topology), 't.xml'))
    .filter(({ isMoved }) => isMoved)
    .map(({ role, transport, documented, actual }) => {
      return `${role} ${transport} ${formatSpan(documented)} is ${actual.map(formatSpan).join(' ')}`
    })
}

const GATEWAY = 'pstn-gateway tcp 5081 is 5066'

describe('the ports of a topology', () => {
  it('are moved where they are not the documented ones', () => {
    expect(moved(TOPOLOGY)).toEqual([GATEWAY])
    expect(moved(TOPOLOGY.replace('Port="8057"', 'Port="8059"'))).toEqual(['edge-internal tcp 8057 is 8059', GATEWAY])
    expect(moved(TOPOLOGY.replace('Range="10000"', 'Range="2000"'))).toEqual([
      'edge-av tcp 50000-59999 is 50000-51999',
      'edge-av udp 50000-59999 is 50000-51999',
      GATEWAY,
    ])
  })

  it('are all those that servers of the role have, and those of a role only', () => {
    expect(moved(TOPOLOGY.replace('Port="444"', 'Port="4440"'))).toEqual(['front-end tcp 444 is 4440', GATEWAY])
    const directors = TOPOLOGY.replace('IsDirector="false"', 'IsDirector="true"').replace('UserServices', 'WebServices')
    expect(moved(directors.replace('Port="444"', 'Port="4440"'))).toEqual(['director tcp 444 is 444 4440', GATEWAY])
  })

  it('are those that the reverse proxy publishes, too', () => {
    expect(moved(TOPOLOGY.replace('ConfiguredPort="443"', 'ConfiguredPort="8443"'))).toEqual([
      'reverse-proxy-external tcp 443 is 8443',
      GATEWAY,
    ])
  })

  it('are left out where a service is switched off', () => {
    expect(moved(TOPOLOGY.replace('Port="8057"', 'Port="0"'))).toEqual([GATEWAY])
  })

  it('have numbers that the rule packs have', () => {
    const rules = selectRules(['lync-2013', 'sfb-2015'], 'full').rules.map(({ rule }) => rule)
    const servers: readonly Role[] = ['front-end', 'director', 'sba']
    const strange = DOCUMENTED.filter(({ role, documented }) => {
      const roles = role === 'server' ? servers : [role]
      const candidates = rules.filter(({ responders }) => roles.some((each) => responders.includes(each)))
      return !candidates.some(({ ports }) => ports.some((port) => formatSpan(port) === formatSpan(documented)))
    })
    expect(strange.map(({ entry, documented }) => `${entry} ${formatSpan(documented)}`)).toEqual([])
  })
})

describe('the ports of a role', () => {
  const { imported } = importInto(undefined, { 't.xml': TOPOLOGY.replace('Range="10000"', 'Range="2000"') })
  const ports = imported.ports.map(({ port }) => ({ ...port, file: 'a', line: 1 }))

  it('are those they were moved to, and else the documented ones', () => {
    const media = { first: 50000, last: 59999 }
    expect(actualPorts(ports, 'edge-av', 'udp', media)).toEqual([{ first: 50000, last: 51999 }])
    expect(actualPorts(ports, 'edge-internal', 'udp', media)).toEqual([media])
    expect(actualPorts(ports, 'edge-av', 'tcp', { first: 443, last: 443 })).toEqual([{ first: 443, last: 443 }])
    expect(actualPorts(undefined, 'edge-av', 'udp', media)).toEqual([media])
  })

  it('are found by a range that was rounded', () => {
    expect(actualPorts(ports, 'edge-av', 'udp', { first: 50000, last: 60000 })).toEqual([{ first: 50000, last: 51999 }])
    expect(actualPorts(ports, 'pstn-gateway', 'tcp', { first: 5081, last: 5082 })).toEqual([
      { first: 5081, last: 5082 },
    ])
  })
})
