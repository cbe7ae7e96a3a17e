import { describe, expect, test } from 'vitest'
import { PACKS, RulesError, selectRules } from '../../src/rules/pack.ts'
import { READINGS, type Reading } from '../../src/rules/reference.ts'

// How many rules each pack and each page has in force when it is chosen alone, under published, prose and full:
// `14-3` are fourteen, three of them withdrawn; `-` is refused, because nothing is in force.
const COUNTS = `
lync-2013                           134  135  165-11
lync-2013/single-director             9   13   23
lync-2013/director-dns-hlb            9   13   24
lync-2013/director-hlb                9   13   25
lync-2013/single-edge-nat            34   34   34-3
lync-2013/single-edge-public         34   34   35-4
lync-2013/scaled-edge-dns-nat        34   34   34-3
lync-2013/scaled-edge-dns-public     34   34   34-3
lync-2013/scaled-edge-hlb            29   29   29-3
lync-2013/reverse-proxy               7    7    7
lync-2013/autodiscover                8    8    9-2
lync-2013/xmpp-federation             3    3    3
lync-2013/public-im                   6    6    9-4
lync-2013/federation                 10   11   14-4
lync-2013/internal-servers           82   82   87
lync-2013/av-requirements             -    -    4
lync-2013/cls-overview                -    -    9
lync-2013/edge-topology               -    -    3
lync-2013/director-certificates       -    -    3
lync-2013/sql-firewall                -    -    4
lync-2013/conferencing-port-ranges    -    -    5
lync-2013/edge-port-ranges            -    -    2
lync-2013/hybrid                      -    -    9-1
lync-2013/pool-pairing                -    -    1
lync-2013/mobility-technical          -    -    2
lync-2013/response-group              -    -    1
lync-2013/topology                    -    -    8
sfb-2015                             23-15  23-15  24-15
sfb-2015/edge-requirements-2015      22-15  22-15  22-15
sfb-2015/server-ports-2015            1    1    1
sfb-2015/topology                     -    -    1
windows-baseline                     34   34   34
windows-baseline/windows-baseline    34   34   34
`

const LINES = COUNTS.trim()
  .split('\n')
  .map((line) => line.split(/\s+/))

function countOf(name: string, reading: Reading): string {
  try {
    const { rules } = selectRules([name], reading)
    const withdrawn = rules.filter((each) => each.withdrawn).length
    return withdrawn === 0 ? String(rules.length) : `${rules.length}-${withdrawn}`
  } catch (error) {
    if (error instanceof RulesError) return '-'
    throw error
  }
}

test.each(LINES)('%s alone has %s rules as published, %s with its prose, %s in full', (name = '', ...counts) => {
  expect(READINGS.map((reading) => countOf(name, reading))).toEqual(counts)
})

test('every pack and every page that it cites is in the list', () => {
  const names = PACKS.flatMap(({ name, rules, amendments = [] }) => {
    const references = [...rules.flatMap((rule) => rule.references), ...amendments.map((each) => each.reference)]
    return [name, ...new Set(references.map(({ page }) => `${name}/${page}`))]
  })
  expect(LINES.map(([name]) => name).sort()).toEqual([...names].sort())
})

describe('sfb-2015', () => {
  const both = selectRules(['lync-2013', 'sfb-2015'], 'full').rules
  const lync = selectRules(['lync-2013'], 'full').rules
  const withdrawn = (rules: typeof both) => rules.filter((each) => each.withdrawn).map(({ rule }) => rule.id)

  test('states its differences only', () => {
    const alone = selectRules(['sfb-2015'], 'published').rules
    expect(alone.filter((each) => !each.withdrawn).map(({ rule }) => rule.id)).toEqual([
      'director-edge-5061',
      'front-end-edge-5061',
      'front-end-to-file-store-445',
      'edge-internal-next-hop-5061',
      'sfb-edge-internal-mras-5062',
      'sfb-edge-internal-psom-8057',
      'sfb-edge-internal-xmpp-23456',
      'sfb-edge-internal-replication-4443',
    ])
    expect(alone.every(({ references }) => references.every(({ page }) => page.endsWith('-2015')))).toBe(true)
  })

  test('beside lync-2013 adds its rules and lets others allow nothing', () => {
    expect(both.length - lync.length).toBe(5)
    expect(withdrawn(both).filter((id) => !withdrawn(lync).includes(id))).toEqual([
      'edge-internal-sip-5061',
      'edge-internal-to-next-hop-5061',
      'edge-internal-mras-5062',
      'edge-internal-psom-8057',
      'edge-internal-xmpp-23456',
      'edge-internal-replication-4443',
      'edge-av-media-udp',
      'edge-av-media-tcp',
      'edge-av-pic-turn-3478',
      'edge-av-to-pic-turn-3478',
    ])
  })

  test('changes nothing where it is not chosen', () => {
    const pages = lync.flatMap(({ references }) => references.map(({ page }) => page))
    expect(pages.filter((page) => page.endsWith('-2015'))).toEqual([])
  })
})
