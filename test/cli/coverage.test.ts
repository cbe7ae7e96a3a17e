import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sample } from '../support/analysis.ts'
import { captureOf } from '../support/director-capture.ts'
import { portolan, rowsOf, shown, temporaryFolder } from './portolan.ts'

interface Line {
  readonly rule: string
  readonly status: string
  readonly flows: number
  readonly first: string | null
  readonly last: string | null
  readonly references: readonly string[]
  readonly limits: readonly string[]
}

const folder = temporaryFolder()
const db = folder.path('four.db')
const seed = ['-r', 'lync-2013/single-director', '--reading', 'published', '-i', sample('director.yaml')]
const coverage = (...args: readonly string[]) => shown(['coverage', '-d', db, ...args], { columns: 80 })

/** Four rows of the seed, one of them refused first. */
const ATTEMPTS = [
  '10.0.0.30 > 10.0.0.16 tcp 8080 refused',
  '10.0.0.30 > 10.0.0.16 tcp 8080 established',
  '10.0.0.16 > 10.0.0.41 tcp 444 refused',
  '10.1.0.10 > 10.0.0.16 tcp 443 established',
  '10.0.0.16 > 10.0.0.20 tcp 50001 established',
]

beforeAll(async () => {
  vi.stubEnv('TZ', 'UTC')
  const capture = folder.path('made.pcap')
  writeFileSync(capture, captureOf(ATTEMPTS))
  await shown(['analyze', capture, '--point', 'dir01', ...seed, '-d', db])
})
afterAll(() => {
  vi.unstubAllEnvs()
  folder.remove()
})

describe('coverage', () => {
  it('groups the rules of each page by what was seen of them, what fails first', async () => {
    const text = (await coverage()).replace(/judged by .*\n(?: .*\n)*/, 'judged by  ...\n')
    expect(text).toBe(TABLE)
  })

  it('has for programs the fields of the stable interface', async () => {
    const lines = await rowsOf<Line>(['coverage', '-d', db])
    expect(lines).toHaveLength(9)
    expect(lines.find(({ rule }) => rule === 'director-to-front-end-444')).toMatchObject({
      status: 'seen-refused',
      flows: 1,
      first: '2026-01-31T00:02:00.000000000Z',
      last: '2026-01-31T00:02:00.001000000Z',
      references: ['single-director: dir1-fe-444'],
    })
    expect(lines.find(({ rule }) => rule === 'director-rp-4443')).toMatchObject({
      status: 'not-seen',
      flows: 0,
      first: null,
      last: null,
      limits: ['short-window'],
      references: ['single-director: dir1-rp-web-4443'],
    })
  })

  it('is Markdown for a change request', async () => {
    const text = await coverage('--format', 'markdown', '--rule', 'edge-internal-cls-50001')
    expect(text.replace(/- judged by: .*\n/, '')).toBe(MARKDOWN)
  })

  it('shows what the filters let through', async () => {
    const rulesOf = async (...args: readonly string[]) =>
      (await rowsOf<Line>(['coverage', '-d', db, ...args])).map(({ rule }) => rule)
    expect(await rulesOf('--status', 'seen-refused')).toEqual(['director-to-front-end-444'])
    expect(await rulesOf('--rule', 'director-rp-8080', '--rule', 'director-rp-4443')).toHaveLength(2)
    expect(await rulesOf('--status', 'not-observable', '--at', '10.0.0.20')).toEqual([
      ...['director-rp-4443', 'director-client-80'],
    ])
    expect(await rulesOf('--page', 'single-director')).toHaveLength(9)
    expect(await rulesOf('--capture', 'dir01')).toHaveLength(9)
  })

  it('narrows references to the page that is asked for', async () => {
    const full = folder.path('full.db')
    await shown(['analyze', sample('director.pcapng'), '-i', sample('director.yaml'), '-d', full])
    const lines = await rowsOf<Line>(['coverage', '-d', full, '--page', 'director-hlb'])
    const pages = new Set(lines.flatMap(({ references }) => references.map((text) => text.replace(/:.*/, ''))))
    expect([lines.length > 9, [...pages]]).toEqual([true, ['director-hlb']])
  })

  it.each([
    [['--status', 'seen'], /^--status 'seen' is not known/],
    [['--rule', 'director-rp-8081'], /^--rule 'director-rp-8081' is not known.*'director-rp-8080'/],
    [['--page', 'singel-director'], /^--page 'singel-director' is not known.*'single-director'/],
    [['--at', 'dir01'], /^--at 'dir01' is not an IP address\n$/],
    [['--format', 'markdwn'], /^--format 'markdwn' is not known.*'markdown'/],
    [['--capture', 'dir1'], /^--capture 'dir1' is not known.*'dir01'/],
  ])('refuses %j with the nearest right word', async (args, sentence) => {
    const { code, out, err } = await portolan(['coverage', '-d', db, ...args])
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(sentence)
  })

  it('of an empty database says how to fill it', async () => {
    const empty = folder.path('empty.db')
    await shown(['analyze', sample('edge.pcap'), '-i', sample('edge.yaml'), '-d', empty])
    await shown(['captures', 'remove', 'captures/edge', '-d', empty])
    expect(await shown(['coverage', '-d', empty])).toContain('The database holds no capture')
    expect(await rowsOf(['coverage', '-d', empty])).toEqual([])
  })
})

const TABLE = `capture    dir01: 2026-01-31 00:00:00.000 +00:00 to 2026-01-31 00:04:00.005
           +00:00 (4 min 00 s), taken at dir01.contoso.local 10.0.0.16
judged by  ...
rules      1 seen-refused, 3 seen-working, 3 not-seen, 2 not-observable

seen-refused: nothing succeeded, and something was refused, prohibited or ended
by a TLS alert
rule                         port     flows  failed  row
───────────────────────────  ───────  ─────  ──────  ───────────
single-director
  director-to-front-end-444  tcp 444      1       1  dir1-fe-444

seen-working: something succeeded
rule                   port      flows  failed  row
─────────────────────  ────────  ─────  ──────  ───────────────────
single-director
  director-rp-8080     tcp 8080      2       1  dir1-rp-web-8080
  director-client-443  tcp 443       1       0  dir1-client-web-443

seen-working, from-this-host-only: something succeeded; the rule says any, and
what other hosts do is not in the captures
rule                       port       flows  row
─────────────────────────  ─────────  ─────  ──────────────
single-director
  edge-internal-cls-50001  tcp 50001      1  dir1-cls-50001

not-seen: a capture was taken at a host that it names, and shows nothing of it
rule                  port      limits        row
────────────────────  ────────  ────────────  ──────────────────
single-director
  director-rp-4443    tcp 4443  short-window  dir1-rp-web-4443
  director-client-80  tcp 80    short-window  dir1-client-web-80
  director-edge-5061  tcp 5061  short-window  dir1-edge-sip-5061

not-observable: no capture was taken at a host that it names
2 rules: portolan coverage --status not-observable

short-window: the capture lasted less than an hour.

A wider terminal also shows outcomes, roles and times; --format csv and markdown
have everything.
`

const MARKDOWN = `## Documented ports and what the captures show of them

- capture: dir01: 2026-01-31 00:00:00.000 +00:00 to 2026-01-31 00:04:00.005 +00:00 (4 min 00 s), taken at dir01.contoso.local 10.0.0.16
- rules: 1 seen-working

| from | to | port | protocol | status | limits | flows | outcomes | first | last | rule | page and row |
| --- | --- | --- | --- | --- | --- | --: | --- | --- | --- | --- | --- |
| any | edge-internal | tcp 50001 | wcf-mtls | seen-working | from-this-host-only | 1 | 1 established | 2026-01-31 00:04:00.000 +00:00 | 2026-01-31 00:04:00.005 +00:00 | edge-internal-cls-50001 | single-director: dir1-cls-50001 |

- seen-working: something succeeded
- from-this-host-only: the rule says any, and what other hosts do is not in the captures
`
