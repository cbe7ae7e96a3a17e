import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sample } from '../support/analysis.ts'
import { captureOf } from '../support/director-capture.ts'
import { portolan, rowsOf, shown, temporaryFolder } from './portolan.ts'

interface Line {
  readonly rule: string
  readonly standing: string
  readonly answer: string
  readonly says: string
  readonly orig_roles: readonly string[]
  readonly orig_hosts: number
  readonly resp_addr: string | null
  readonly resp_roles: readonly string[]
  readonly port: number | null
  readonly attempts: number
  readonly references: readonly string[]
}

const folder = temporaryFolder()
const db = folder.path('made.db')
const director = folder.path('director.db')
const inventory = ['-i', sample('director.yaml')]

const ATTEMPTS = [
  '10.0.0.30 > 10.0.0.16 tcp 8080 refused',
  '10.0.0.30 > 10.0.0.16 tcp 8080 established',
  '10.0.0.16 > 10.0.0.41 tcp 444 refused',
  '10.0.0.16 > 10.0.0.41 tcp 444 refused',
  '10.0.0.16 > 10.0.0.42 tcp 444 unanswered',
  '10.0.0.16 > 10.0.0.42 tcp 444 unanswered',
  '10.0.0.16 > 10.0.0.42 tcp 444 unanswered',
  '10.1.0.10 > 10.0.0.16 tcp 443 established',
  '10.1.0.11 > 10.0.0.16 tcp 443 established',
  '10.0.0.16 > 10.0.0.10 udp 53 answered',
  '10.0.0.16 > 10.0.0.10 udp 123 unanswered',
  '10.9.9.9 > 10.0.0.16 tcp 22 refused',
]

beforeAll(async () => {
  const capture = folder.path('made.pcap')
  writeFileSync(capture, captureOf(ATTEMPTS))
  await shown(['analyze', capture, '--point', 'dir01', ...inventory, '-d', db])
  await shown(['analyze', sample('director.pcapng'), ...inventory, '-d', director])
})
afterAll(folder.remove)

describe('ports', () => {
  it('says what each documented port answered, what is broken or flaky first', async () => {
    const text = await shown(['ports', '-d', db], { columns: 100 })
    expect(text).toBe(TABLE)
  })

  it('has for programs both roles, the counts and where the documentation says it', async () => {
    const [first] = await rowsOf<Line>(['ports', '-d', db, '--port', '444'])
    expect(first).toMatchObject({
      rule: 'director-to-front-end-444',
      standing: 'broken',
      answer: 'NOT LISTENING',
      says: 'NOT LISTENING (2 attempts, reset)',
      orig_roles: ['director'],
      resp_roles: ['front-end'],
      resp_addr: '10.0.0.41',
      port: 444,
      attempts: 2,
    })
    expect(first?.references[0]).toBe('single-director: dir1-fe-444')
  })

  it('in the sample names routers and the meaning of alerts', async () => {
    const says = (await rowsOf<Line>(['ports', '-d', director])).map((line) => line.says)
    expect(says).toContain('PROHIBITED BY 10.0.0.41')
    expect(says).toContain('HANDSHAKE FAILED (unknown CA)')
    expect(says).toContain('NOT LISTENING (port unreachable)')
    expect(says).toContain('LISTENING or FILTERED (1 attempt)')
    expect(says).toContain('LISTENING (3 of 4), NOT LISTENING (reset)')
    expect(says).toContain('LISTENING, another protocol')
  })

  it('has every broken and flaky conversation of the summary, and no other fails', async () => {
    const failing = (await rowsOf<Line>(['ports', '-d', director])).filter(({ standing }) =>
      ['broken', 'flaky'].includes(standing),
    )
    const rows = await rowsOf<Readonly<Record<string, unknown>>>(['conversations', '-d', director])
    const things = rows
      .filter(({ health }) => health === 'broken' || health === 'flaky')
      .map((row) => `${row['health']} ${row['resp_addr']} ${row['resp_port']}`)
    const seen = failing.map(({ standing, resp_addr, port }) => `${standing} ${resp_addr} ${port}`)
    expect(new Set(seen)).toEqual(new Set(things))
  })

  it('shows what the filters let through', async () => {
    const answersOf = async (...args: readonly string[]) =>
      (await rowsOf<Line>(['ports', '-d', db, ...args])).map(({ answer }) => answer)
    expect(await answersOf('--standing', 'flaky')).toEqual(['LISTENING'])
    expect(await answersOf('--role', 'domain-controller')).toEqual(['LISTENING or FILTERED', 'LISTENING'])
    expect(await answersOf('--host', '10.0.0.42')).toEqual(['FILTERED'])
    expect(await answersOf('--rule', 'director-client-443')).toEqual(['LISTENING'])
    expect(await answersOf('--capture', 'dir01')).toHaveLength(6)
    expect(await shown(['ports', '-d', db, '--port', '1'])).toBe('No documented port was asked for.\n')
  })

  it('refuses a word that it does not know', async () => {
    const { code, err } = await portolan(['ports', '-d', db, '--standing', 'broke'])
    expect([code, err]).toEqual([2, "--standing 'broke' is not known; did you mean 'broken'?\n"])
  })
})

const TABLE = `from                   to                     port      answer                              attempts
─────────────────────  ─────────────────────  ────────  ──────────────────────────────────  ────────
dir01.cont… 10.0.0.16  pool01.con… 10.0.0.41  tcp 444   NOT LISTENING (2 attempts, reset)          2
dir01.cont… 10.0.0.16  pool01.con… 10.0.0.42  tcp 444   FILTERED (3 attempts, no answer)           3
dir01.cont… 10.0.0.16  dc01.conto… 10.0.0.10  udp 123   LISTENING or FILTERED (1 attempt)          1
rp01 inter… 10.0.0.30  dir01.cont… 10.0.0.16  tcp 8080  LISTENING (1 of 2), NOT LISTENING…         2
Seoul clie… (2 hosts)  dir01.cont… 10.0.0.16  tcp 443   LISTENING                                  2
dir01.cont… 10.0.0.16  dc01.conto… 10.0.0.10  udp 53    LISTENING                                  1

3 columns hidden: rule, last, capture; widen the terminal or use --format csv

6 lines: 3 broken, 1 flaky, 2 working.
`
