import { describe, expect, it } from 'vitest'
import { ROLES } from '../../src/inventory/roles.ts'
import { ROLE_NAMES_KO } from '../../src/inventory/roles-ko.ts'

describe('the Korean names of roles', () => {
  it('are there for every role, and each is another', () => {
    expect(Object.keys(ROLE_NAMES_KO)).toEqual([...ROLES])
    expect(new Set(Object.values(ROLE_NAMES_KO)).size).toBe(ROLES.length)
  })

  it('are those of the Korean page about the single Director', () => {
    const names = (
      ['reverse-proxy-internal', 'director', 'front-end', 'client-internal', 'edge-internal'] as const
    ).map((role) => ROLE_NAMES_KO[role])
    expect(names).toEqual([
      '역방향 프록시 내부 인터페이스',
      '디렉터',
      '프런트 엔드 서버',
      '내부 클라이언트',
      '에지 서버 내부 인터페이스',
    ])
  })
})
