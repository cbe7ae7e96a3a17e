import { describe, expect, it } from 'vitest'
import { PresentedNames, soundsLike } from '../../src/judge/presented-names.ts'
import { certificate, opened } from './samples.ts'

describe('names that the traffic has for an address', () => {
  it('stand by their worth, then by how often they are said, then by alphabet', () => {
    const names = new PresentedNames()
    const of = (name: string) => ({
      respCertificate: certificate([name, 'pool.contoso.local']),
      claim: 'asked.contoso.local',
    })
    names.addConversation(opened('client-internal > director tcp 443', of('b.contoso.local')))
    names.addConversation(opened('client-internal > director tcp 5061', of('b.contoso.local')))
    names.addConversation(opened('client-internal > director tcp 444', of('a.contoso.local')))
    names.add('10.0.0.16', 'dns', 'z.contoso.local')
    names.add('10.0.0.16', 'dns', 'y.contoso.local')
    expect(names.of('10.0.0.16').map(({ kind, name, times }) => `${kind} ${name} ${times}`)).toEqual([
      'certificate b.contoso.local 2',
      'certificate a.contoso.local 1',
      'dns y.contoso.local 1',
      'dns z.contoso.local 1',
      'asked-for asked.contoso.local 3',
    ])
  })

  it('are none for an address that nobody names, or only by itself', () => {
    const names = new PresentedNames()
    names.addConversation(opened('client-internal > director tcp 443', { claim: '10.0.0.16' }))
    expect([names.of('10.0.0.16'), names.of('10.0.0.99')]).toEqual([[], []])
  })
})

describe('what a name sounds like', () => {
  it.each([
    ['dir01.contoso.local', 'director'],
    ['lyncfe02.contoso.local', 'front-end'],
    ['edge01.contoso.local', 'edge-internal'],
    ['sip.contoso.com', 'edge-access'],
    ['webcon.contoso.com', 'edge-webconf'],
    ['av.contoso.com', 'edge-av'],
    ['DC1.contoso.local', 'domain-controller'],
    ['lyncsql01.contoso.local', 'sql-backend'],
    ['sipfed.online.lync.com', 'office-365'],
  ] as const)('%s: %s', (name, role) => {
    expect(soundsLike(name)).toContain(role)
  })

  it.each(['updates.example.net', 'pc011.contoso.local', 'seoul.contoso.local', ''])('%s: nothing', (name) => {
    expect(soundsLike(name).size).toBe(0)
  })
})
