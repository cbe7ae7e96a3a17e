import { describe, expect, it } from 'vitest'
import { sample } from '../support/analysis.ts'
import { portolan, rowsOf, shown } from './portolan.ts'

describe('inventory check', () => {
  it('says what was understood', async () => {
    const text = await shown(['inventory', 'check', sample('director-ko.yaml')])
    expect(text).toContain('디렉터 01')
    expect(text).toMatch(
      /\n\n\S+director-ko\.yaml is in order: 9 entries, 10 addresses, 3 networks and ranges, 11 roles\.\n$/,
    )
  })

  it('gives programs the same', async () => {
    const [first] = await rowsOf(['inventory', 'check', sample('director.yaml')])
    const addresses = ['10.0.0.16', '2001:db8:10::16']
    expect(first).toEqual({ line: 3, name: 'dir01.contoso.local', addresses, roles: ['director'] })
  })

  it('is the one command that inventory has, which alone prints its help', async () => {
    const { code, out, err } = await portolan(['inventory'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toBe(await shown(['inventory', '--help']))
    expect(out).toContain('check')
    expect((await portolan(['inventory', 'chek', 'x'])).err).toContain("did you mean 'check'?")
  })
})
