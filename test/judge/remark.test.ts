import { describe, expect, test } from 'vitest'
import { SSL_3_0, TLS_1_0 } from '../../src/evidence/proof.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { createJudge } from '../../src/judge/judge.ts'
import { REMARKS, type Remark } from '../../src/judge/remark.ts'
import { DOUBTS, type Doubt } from '../../src/judge/trust.ts'
import { certificate, conversation, entry, rule, ruleSet } from './samples.ts'

const HOSTS: Inventory = {
  entries: [
    entry('fe01.contoso.local', ['front-end'], [{ family: 4, first: '10.0.0.41', last: '10.0.0.41' }]),
    entry('dir01.contoso.local', ['director'], [{ family: 4, first: '10.0.0.16', last: '10.0.0.16' }]),
    entry('Seoul clients', ['other'], [{ family: 4, first: '10.2.0.0', last: '10.2.0.9' }]),
  ],
}

type Fields = Parameters<typeof conversation>[0]

function answerOf(fields: Fields, doubts: readonly Doubt[] = []) {
  const judge = createJudge(HOSTS, ruleSet([rule('made', { originators: ['any'] })]))
  const seen = conversation({ origAddress: '10.0.0.41', respAddress: '10.0.0.16', respPort: 1000, ...fields })
  return judge.judge(seen, doubts).answer
}

describe('name-differs', () => {
  const own = certificate(['dir01.contoso.local'])
  const other = certificate(['fe99.contoso.local'])

  test.each<[string, Fields, readonly Remark[]]>([
    ['the responder’s certificate is another’s', { respCertificate: other }, ['name-differs']],
    ['the originator’s is', { origCertificate: other }, ['name-differs']],
    ['both are: once', { origCertificate: other, respCertificate: other }, ['name-differs']],
    ['one of two is', { origCertificate: own, respCertificate: own }, ['name-differs']],
    ['it is its own', { respCertificate: own }, []],
    ['a wildcard covers it', { respCertificate: certificate(['*.contoso.local']) }, []],
    ['an alternative name is its own', { respCertificate: certificate(['pool', 'dir01.contoso.local']) }, []],
    ['the inventory’s name is no host name', { origAddress: '10.2.0.1', origCertificate: other }, []],
    ['nobody is listed there', { origAddress: '10.9.9.9', origCertificate: other }, []],
  ])('%s', (_, fields, remarks) => {
    expect(answerOf(fields).remarks).toEqual(remarks)
  })
})

describe('other remarks', () => {
  test.each<[Fields, readonly Remark[]]>([
    [{ expired: 1 }, ['certificate-expired']],
    [{ proof: SSL_3_0 }, ['ssl-3.0']],
    [{ proof: SSL_3_0 | TLS_1_0 }, ['ssl-3.0']],
    [{ proof: ~SSL_3_0 & 0x7ffff }, []],
    [{ certain: false, basis: 'rules' }, ['assumed-direction']],
  ])('%j: %j', (fields, remarks) => {
    expect(answerOf(fields).remarks).toEqual(remarks)
  })

  test.each(DOUBTS)('an outcome is doubtful where answers may be missing: %s', (doubt) => {
    const remarks = doubt === 'one-sided' || doubt === 'loss' ? ['doubtful-outcome'] : []
    for (const outcomes of [{ unanswered: 1 }, { refused: 1 }, { established: 9, refused: 1 }]) {
      expect(answerOf({ outcomes }, [doubt]).remarks).toEqual(remarks)
    }
    for (const outcomes of [{ established: 1 }, { prohibited: 1 }, { 'handshake-failed': 1 }, { midstream: 1 }]) {
      expect(answerOf({ outcomes }, [doubt]).remarks).toEqual([])
    }
  })

  test('all at once, in their order, and of an unexpected conversation too', () => {
    const fields: Fields = {
      respCertificate: certificate(['fe99.contoso.local']),
      expired: 1,
      proof: SSL_3_0,
      outcomes: { unanswered: 1 },
      certain: false,
      basis: 'rules',
    }
    const all = ['name-differs', 'certificate-expired', 'ssl-3.0', 'doubtful-outcome', 'assumed-direction']
    expect(REMARKS.filter((remark) => all.includes(remark))).toEqual(all)
    expect(answerOf(fields, ['loss'])).toMatchObject({ verdict: 'expected', remarks: all })
    expect(answerOf({ ...fields, respPort: 1 }, ['loss'])).toMatchObject({ verdict: 'unexpected', remarks: all })
  })

  test('change no verdict, and are not carried over to other conversations of the same ends', () => {
    const judge = createJudge(HOSTS, ruleSet([rule('made')]))
    const ends = { origAddress: '10.0.0.41', respAddress: '10.0.0.16', respPort: 1000 }
    const asked = [{ expired: 1 }, {}, { proof: SSL_3_0 }, { expired: 1 }].map((each) => ({ ...ends, ...each }))
    const answers = asked.map((each) => judge.judge(conversation(each), []).answer)
    expect(answers.map(({ remarks }) => remarks)).toEqual([
      ['certificate-expired'],
      [],
      ['ssl-3.0'],
      ['certificate-expired'],
    ])
    expect(new Set(answers.map(({ verdict }) => verdict))).toEqual(new Set(['expected']))
  })
})
