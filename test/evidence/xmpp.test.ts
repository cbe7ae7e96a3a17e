import { describe, expect, it } from 'vitest'
import { tlsOffset, writeClaim } from '../../src/evidence/identify.ts'
import { XMPP } from '../../src/evidence/service.ts'
import { stream, text, watched } from './identifying.ts'

const PROLOGUE = "<?xml version='1.0'?>"
const NAMESPACES = "xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'"
const OPENING = `<stream:stream ${NAMESPACES} to='partner.example' version='1.0'>`
const FEATURES =
  "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>"
const STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
const PROCEED = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
const TLS = '\x16\x03\x01'

describe('XMPP', () => {
  it.each([
    PROLOGUE + OPENING,
    OPENING,
    `${PROLOGUE}\n${OPENING}`,
    `<stream:stream xmlns="jabber:client" to="partner.example">`,
    `<stream:stream id='a>b' to='partner.example' xmlns:stream='http://etherx.jabber.org/streams'>`,
  ])('is a stream like %s', (opening) => {
    expect(stream(text(opening))).toBe('xmpp')
  })

  it.each([
    ['another document', "<?xml version='1.0'?><soap:Envelope xmlns='jabber:server'>"],
    ['a stream of another kind', "<stream:stream xmlns='http://contoso.local/'><x/>"],
    ['a namespace behind the opening', "<stream:stream id='1'><x xmlns='jabber:server'/>"],
    ['a page', '<!DOCTYPE html>'],
  ])('is not %s', (_name, opening) => {
    expect(stream(text(opening))).toBe('unidentified')
  })

  it('is not waited for without end', () => {
    expect(stream(text(`<?xml ${'x'.repeat(4089)}`))).toBe('undecided')
    expect(stream(text(`<?xml ${'x'.repeat(4090)}`))).toBe('unidentified')
  })
})

/** Where TLS begins in what one side sent, as seen from every number of bytes before it. */
function tlsIn(...parts: readonly string[]): readonly number[] {
  const bytes = text(parts.join(''))
  const view = watched(bytes)
  const offsets = new Set<number>()
  for (let length = 0; length <= bytes.length; length += 1) {
    view.to = view.from + length
    const offset = tlsOffset(XMPP, view, view.from, view.to)
    offsets.add(offset < 0 ? offset : offset - view.from)
  }
  return [...offsets]
}

describe('TLS in a stream of XMPP', () => {
  it('begins behind the starttls of the side that opened it', () => {
    const clear = PROLOGUE + OPENING + STARTTLS
    expect(tlsIn(clear, TLS)).toEqual([-1, clear.length])
    const long = `${PROLOGUE}${OPENING}\n<starttls xmlns='a>b'></starttls>`
    expect(tlsIn(long, TLS)).toEqual([-1, long.length])
  })

  it('begins behind the proceed of the other side, not behind its offer', () => {
    const clear = PROLOGUE + OPENING + FEATURES + PROCEED
    expect(tlsIn(clear, TLS)).toEqual([-1, clear.length])
    expect(tlsIn(PROLOGUE, OPENING, '<stream:features/>', PROCEED, TLS).length).toBe(2)
  })

  it('may have line ends before it', () => {
    expect(tlsIn(OPENING, STARTTLS, '\r\n', TLS)).toEqual([-1, OPENING.length + STARTTLS.length + 2])
  })

  it.each([
    ['dialback', "<db:result from='contoso.com' to='partner.example'>1e701f120f66824b</db:result>"],
    ['a refusal', "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"],
    ['the end', '</stream:stream>'],
    ['authentication', "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"],
  ])('does not come with %s', (_name, element) => {
    expect(tlsIn(PROLOGUE, OPENING, FEATURES, element)).toEqual([-1, -2])
  })

  it('is not waited for without end', () => {
    expect(tlsIn(OPENING, ' '.repeat(4096))).toEqual([-1, -2])
  })
})

describe('a stream of XMPP claims', () => {
  function claimOf(opening: string): readonly [string, number | undefined] {
    const view = watched(text(opening))
    const claim = new Int32Array(3)
    writeClaim(XMPP, view, view.from, view.to, claim)
    return [Buffer.from(view.buffer).toString('latin1', claim[0], claim[1]), claim[2]]
  }

  it('the name that it is sent to', () => {
    expect(claimOf(PROLOGUE + OPENING)).toEqual(['partner.example', 0])
    expect(claimOf(`<stream:stream from="contoso.com" to="partner.example">`)).toEqual(['partner.example', 0])
  })

  it('else the name of its sender', () => {
    expect(claimOf(`<stream:stream xmlns='jabber:server' from='contoso.com'>`)).toEqual(['contoso.com', 1])
  })

  it('nothing that is quoted, cut off or not there', () => {
    expect(claimOf(`<stream:stream id=" to='x'" version='1.0'>`)).toEqual(['', 0])
    expect(claimOf(`<stream:stream to='partner.exa`)).toEqual(['', 0])
    expect(claimOf(`<stream:stream xmlns='jabber:server'>`)).toEqual(['', 0])
  })
})
