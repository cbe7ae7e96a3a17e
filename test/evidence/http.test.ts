import { describe, expect, it } from 'vitest'
import { PATH_FAMILIES } from '../../src/evidence/http.ts'
import { writeClaim } from '../../src/evidence/identify.ts'
import { HTTP } from '../../src/evidence/service.ts'
import { datagram, stream, text, watched } from './identifying.ts'

describe('HTTP', () => {
  it.each([
    'GET / HTTP/1.1\r\nHost: lyncdiscover.contoso.com\r\n\r\n',
    'POST /Autodiscover/AutodiscoverService.svc/root HTTP/1.1\r\n',
    'HEAD http://fe01.contoso.local/abs/handler HTTP/1.0\r\n',
    'CONNECT edge01.contoso.com:443 HTTP/1.1\r\n',
    'OPTIONS * HTTP/1.1\r\n',
    'RPC_IN_DATA /rpc/rpcproxy.dll?exch01.contoso.local:6001 HTTP/1.1\r\n',
    'RPC_OUT_DATA /rpc/rpcproxy.dll?exch01.contoso.local:6001 HTTP/1.1\r\n',
    'GET /bad.html\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ])('is a request like %s', (request) => {
    expect(stream(text(request))).toBe('http from originator')
  })

  it.each(['HTTP/1.1 200 OK\r\n', 'HTTP/1.0 404\r\n'])('is an answer like %s', (answer) => {
    expect(stream(text(answer))).toBe('http from responder')
  })

  it('is a path too long to see the version behind it', () => {
    expect(stream(text(`GET /${'x'.repeat(2047)}`))).toBe('http from originator')
    expect(stream(text(`GET /${'x'.repeat(2046)}`))).toBe('undecided')
    expect(stream(text(`GET ${'x'.repeat(2048)}`))).toBe('unidentified')
  })

  it.each([
    ['of RTSP', 'SETUP rtsp://cam01.contoso.local/ RTSP/1.0\r\n'],
    ['without a version', 'POST /\r\n'],
    ['without a version or a path', 'GET lyncdiscover.contoso.com\r\n'],
    ['of version 0.9 that does not end', 'GET /\rx'],
    ['with a blank too many', 'GET  / HTTP/1.1\r\n'],
    ['of a preface that goes on otherwise', 'PRI * HTTP/2.0\r\n\r\nXY\r\n\r\n'],
    ['with a method in small letters', 'get / HTTP/1.1\r\n'],
    ['of an answer without a code', 'HTTP/1.1 OK\r\n'],
    ['of an answer of version 2', 'HTTP/2.0 200 OK\r\n'],
  ])('is not a line %s', (_name, line) => {
    expect(stream(text(line))).toBe('unidentified')
  })

  it('is not what devices announce in datagrams', () => {
    expect(datagram(text('M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n\r\n'))).toBe('unidentified')
    expect(datagram(text('NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n\r\n'))).toBe('unidentified')
  })
})

function claimOf(request: string): { host: string; family: string | undefined } {
  const bytes = text(request)
  const view = watched(bytes)
  const claim = new Int32Array(3)
  writeClaim(HTTP, view, view.from, view.to, claim)
  const host = Buffer.from(view.buffer).toString('latin1', claim[0], claim[1])
  return { host, family: PATH_FAMILIES[claim[2]!] }
}

describe('a request claims', () => {
  it.each([
    ['Host: lyncdiscover.contoso.com', 'lyncdiscover.contoso.com'],
    ['Host: dir01.contoso.local:8080', 'dir01.contoso.local'],
    ['hOST:\t dir01.contoso.local \t', 'dir01.contoso.local'],
    ['Host: [2001:db8:1::16]:8080', '[2001:db8:1::16]'],
    ['Host: [2001:db8:1::16]', '[2001:db8:1::16]'],
    ['Host: 2001:db8:1::16', '2001:db8:1::16'],
    ['Host:', ''],
    ['Host: :80', ''],
    ['Hostess: elsewhere', ''],
  ])('with %s the host %s', (line, host) => {
    expect(claimOf(`GET / HTTP/1.1\r\nAccept: */*\r\n${line}\r\nX: y\r\n\r\n`).host).toBe(host)
  })

  it('no host that is cut off, stands behind the headers, or belongs to an answer', () => {
    expect(claimOf('GET / HTTP/1.1\r\nHost: dir01.cont').host).toBe('')
    expect(claimOf('POST / HTTP/1.1\r\nA: b\r\n\r\nHost: dir01.contoso.local\r\n').host).toBe('')
    expect(claimOf('HTTP/1.1 200 OK\r\nHost: dir01.contoso.local\r\n').host).toBe('')
  })

  it.each([
    ['/Autodiscover/AutodiscoverService.svc/root', 'Autodiscover'],
    ['/autodiscover', 'Autodiscover'],
    ['/ABS/handler', 'abs'],
    ['/meet?x=1', 'meet'],
    ['http://fe01.contoso.local:8080/CertProv/CertProvisioningService.svc', 'CertProv'],
    ['/ucwa/v1/applications', 'ucwa'],
    ['/meeting/1', 'other'],
    ['/', 'other'],
    ['*', 'other'],
    ['http://fe01.contoso.local', 'other'],
  ])('with %s the path family %s', (target, family) => {
    expect(claimOf(`GET ${target} HTTP/1.1\r\n\r\n`).family).toBe(family)
  })

  it('no family of a path that is cut off in its first segment', () => {
    expect(claimOf('GET /meet').family).toBe('other')
  })
})
