import { describe, expect, it } from 'vitest'
import { datagram, needed, stream, text } from './identifying.ts'

describe('SIP in clear', () => {
  it.each([
    'REGISTER sip:contoso.local SIP/2.0\r\nVia: SIP/2.0/TCP 10.1.0.5:50123\r\n',
    'INVITE sip:kim@contoso.local;gruu;opaque=app:conf:focus SIP/2.0\r\n',
    'SERVICE sip:kim@contoso.local SIP/2.0\r\n',
    'BENOTIFY sip:10.1.0.5:50123;transport=tls SIP/2.0\r\n',
    'NEGOTIATE sip:127.0.0.1:5061 SIP/2.0\r\n',
    'OPTIONS sips:gw01.contoso.local SIP/2.0\r\n',
    'INVITE tel:+82215771577 SIP/2.0\r\n',
    'ACK SIP:gw01.contoso.local SIP/2.0\r\n',
    'SIP/2.0 200 OK\r\n',
    'SIP/2.0 403 Forbidden\r\n',
  ])('is %s', (line) => {
    expect([stream(text(line)), datagram(text(line))]).toEqual(['sip', 'sip'])
  })

  it('may begin with the line ends that keep a connection open', () => {
    expect(stream(text('\r\n\r\n\r\n\r\nOPTIONS sip:dir01.contoso.local SIP/2.0\r\n'))).toBe('sip')
    expect(stream(text('\r\n\r\n'))).toBe('undecided')
    expect(datagram(text('\r\n\r\n'))).toBe('undecided')
  })

  it('is known by its method and the scheme behind it', () => {
    expect(needed(text('REGISTER sip:contoso.local SIP/2.0\r\n'))).toBe('REGISTER sip:'.length)
  })

  it.each([
    ['of RTSP', 'OPTIONS rtsp://cam01.contoso.local/ RTSP/1.0\r\n'],
    ['with a method in small letters', 'register sip:contoso.local SIP/2.0\r\n'],
    ['without a code', 'SIP/2.0 OK and so on\r\n'],
    ['of another version', 'SIP/3.0 200 OK\r\n'],
    ['behind a lone line feed', '\nOPTIONS sip:dir01.contoso.local SIP/2.0\r\n'],
    ['behind a lone carriage return', '\rOPTIONS sip:dir01.contoso.local SIP/2.0\r\n'],
    ['of mail', 'EHLO edge01.contoso.local\r\n'],
    ['with too long a method', 'SUBSCRIBESUBSCRIBE sip:contoso.local SIP/2.0\r\n'],
  ])('is not a line %s', (_name, line) => {
    expect([stream(text(line)), datagram(text(line))]).toEqual(['unidentified', 'unidentified'])
  })
})
