import { describe, expect, test } from 'vitest'
import type { Question } from '../../src/judge/match.ts'
import { type Difference, differences } from '../../src/judge/reason.ts'
import { judged, rule } from './samples.ts'

describe('fields in which a conversation differs from a rule', () => {
  const made = rule('made')
  const asked: Question = {
    origRoles: ['front-end'],
    respRoles: ['director'],
    transport: 'tcp',
    port: 1000,
    service: 'none',
  }

  test.each<[readonly Difference[], Partial<Question>]>([
    [[], {}],
    [['originator'], { origRoles: ['other'] }],
    [['originator'], { origRoles: [] }],
    [['responder'], { respRoles: ['other'] }],
    [['originator', 'responder'], { origRoles: ['other'], respRoles: [] }],
    [['transport'], { transport: 'udp' }],
    [['port'], { port: 1001 }],
    [['direction'], { origRoles: ['director'], respRoles: ['front-end'] }],
    [
      ['direction', 'transport', 'port'],
      { origRoles: ['director'], respRoles: ['front-end'], transport: 'udp', port: 1 },
    ],
    [[], { origRoles: ['director', 'front-end'], respRoles: ['director', 'front-end'] }],
  ])('%j', (wanted, fields) => {
    expect(differences(made, { ...asked, ...fields })).toEqual(wanted)
  })

  test('any is never turned round', () => {
    const any = rule('any', { originators: ['any'] })
    expect(differences(any, { ...asked, origRoles: ['director'], respRoles: ['front-end'] })).toEqual(['responder'])
  })
})

describe('the nearest rule', () => {
  test.each([
    ['director > reverse-proxy-internal tcp 4443', 'director-rp-4443', ['direction']],
    ['client-internal > director tcp 4443', 'director-rp-4443', ['originator']],
    ['director > sql-backend tcp 444', 'director-to-front-end-444', ['responder']],
    ['client-internal > director udp 5061', 'director-client-5061', ['transport']],
    ['reverse-proxy-internal > director tcp 8081', 'director-rp-8080', ['port']],
    ['reverse-proxy-internal > director tcp 4444', 'director-rp-4443', ['port']],
    ['director > edge-internal tcp 5063', 'edge-internal-next-hop-5061', ['port']],
    ['10.9.9.9 > director tcp 3389', 'windows-admin-rdp-3389', ['originator']],
    ['director > 10.9.9.9 tcp 88', 'windows-kerberos-tcp-88', ['responder']],
  ])('%s is nearest to %s, but for %j', (text, nearestRule, differs) => {
    expect(judged(text)).toMatchObject({ nearestRule, differs })
  })
})
