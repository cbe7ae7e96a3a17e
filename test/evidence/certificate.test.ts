import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readCertificate } from '../../src/evidence/certificate.ts'
import { DIRECTOR_CERTIFICATE } from '../bench/traffic/certificates.ts'
import { hasOpenssl, makeCertificate } from './tls-certificates.ts'

describe('a certificate', () => {
  it('gives names, dates and fingerprint', () => {
    expect(readCertificate(DIRECTOR_CERTIFICATE)).toEqual({
      names: [
        'dir01.contoso.local',
        'meet.contoso.local',
        'dialin.contoso.local',
        'lyncdiscover.contoso.local',
        'lyncdiscoverinternal.contoso.local',
      ],
      subject: 'CN=dir01.contoso.local, O=Contoso',
      issuer: 'CN=Contoso Issuing CA, O=Contoso',
      notBefore: Date.UTC(2013, 0, 1),
      notAfter: Date.UTC(2040, 0, 1),
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('is none where it is cut, at any byte', () => {
    for (let length = 0; length < DIRECTOR_CERTIFICATE.length; length += 1) {
      expect(readCertificate(DIRECTOR_CERTIFICATE.subarray(0, length))).toBeUndefined()
    }
  })

  it('never throws, whichever byte is another', () => {
    for (let at = 0; at < DIRECTOR_CERTIFICATE.length; at += 3) {
      const changed = DIRECTOR_CERTIFICATE.with(at, DIRECTOR_CERTIFICATE[at]! ^ 0xff)
      expect(() => readCertificate(changed)).not.toThrow()
    }
  })
})

describe.skipIf(!hasOpenssl())('the names of a certificate', () => {
  const read = (subject: string, extension: string) => {
    const { cert } = makeCertificate(subject, extension)
    return readCertificate(new X509Certificate(cert).raw)
  }
  const namesOf = (subject: string, alternative: string): readonly string[] | undefined =>
    read(subject, `subjectAltName = ${alternative}`)?.names

  it('are in lower case, each once, the common name first', () => {
    const alternative = 'DNS:pool01.contoso.local, IP:10.0.0.41, DNS:FE01.contoso.local'
    expect(namesOf('/CN=FE01.Contoso.Local', alternative)).toEqual(['fe01.contoso.local', 'pool01.contoso.local'])
  })

  it('are those of the kind DNS, even where a URI looks like one', () => {
    const alternative =
      '@names\n[names]\nURI = "http://a/\\, DNS:evil.example"\nDNS = sip.contoso.com\nemail = a@b.example'
    expect(namesOf('/O=Contoso', alternative)).toEqual(['sip.contoso.com'])
  })

  it('may be quoted', () => {
    expect(namesOf('/O=Contoso', '@names\n[names]\nDNS = "a\\,DNS:b"')).toEqual(['a,dns:b'])
  })

  it('are at most 32', () => {
    const alternative = Array.from({ length: 40 }, (_, index) => `DNS:n${index}.contoso.local`).join(', ')
    expect(namesOf('/CN=first.contoso.local', alternative)).toHaveLength(32)
  })

  it('come from the subject where there are several common names: the last, most specific, first', () => {
    expect(read('/CN=outer/CN=inner', 'keyUsage = digitalSignature')?.names).toEqual(['inner', 'outer'])
  })

  it('may be missing', () => {
    expect(read('/', 'keyUsage = digitalSignature')).toMatchObject({ names: [], subject: '', issuer: '' })
  })
})
