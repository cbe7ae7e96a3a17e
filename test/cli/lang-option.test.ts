import { describe, expect, it } from 'vitest'
import { parseLanguage } from '../../src/cli/lang-option.ts'
import { displayWidth } from '../../src/report/width.ts'
import { sample } from '../support/analysis.ts'
import { portolan, shown } from './portolan.ts'

const DIRECTOR = ['rules', '-r', 'lync-2013/single-director', '--reading', 'published']

describe('--lang', () => {
  it('is taken wherever it stands, the last one for all', () => {
    expect(parseLanguage(['--lang', 'ko', 'rules'], {})).toBe('ko')
    expect(parseLanguage(['rules', '--lang=ko'], {})).toBe('ko')
    expect(parseLanguage(['--lang', 'ko', 'rules', '--lang', 'en'], { LANG: 'ko_KR.UTF-8' })).toBe('en')
    expect(parseLanguage(['rules', '--', '--lang', 'ko'], { LANG: 'C' })).toBe('en')
  })

  it('refuses other languages with those that there are', async () => {
    const { code, err } = await portolan([...DIRECTOR, '--lang', 'kr'])
    expect([code, err]).toEqual([2, "--lang 'kr' is not known; wanted en or ko\n"])
    expect((await portolan([...DIRECTOR, '--lang'])).code).toBe(2)
  })

  it('gives way to nothing: without it the locale decides', async () => {
    const korean = await shown([...DIRECTOR, '--lang', 'ko'])
    expect(await shown(DIRECTOR, { env: { LANG: 'ko_KR.UTF-8' } })).toBe(korean)
    expect(await shown([...DIRECTOR, '--lang', 'en'], { env: { LANG: 'ko_KR.UTF-8' } })).toBe(await shown(DIRECTOR))
    expect(await shown(DIRECTOR)).not.toMatch(/[가-힣]/)
  })
})

describe('Korean', () => {
  it('stands in the table of rules, its columns one below the other', async () => {
    const [head = '', , ...rows] = (await shown([...DIRECTOR, '--lang', 'ko'])).trimEnd().split('\n')
    const first = rows[0] ?? ''
    expect(first).toContain('역방향 프록시 내부 인터페이스  디렉터  ')
    expect(first).toContain('디렉터의 외부 웹 사이트: 역방향 프록시의 포트 80으로 들어온 요청')
    const widthBefore = (line: string, word: string) => displayWidth(line.slice(0, line.indexOf(word)))
    const at = widthBefore(head, 'protocol')
    expect(rows.map((row) => widthBefore(row, / (https?|sip-mtls|wcf-mtls) /.exec(row)?.[1] ?? '?'))).toEqual(
      rows.map(() => at),
    )
  })

  it('fits a narrow terminal', async () => {
    const lines = (await shown([...DIRECTOR, '--lang', 'ko'], { columns: 80 })).split('\n')
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(80)
  })

  it('stands beside the words that are typed, where there is room', async () => {
    const text = await shown(['rules', 'show', 'director-cls-50001', '--lang', 'ko'])
    expect(text).toContain('디렉터의 중앙 로깅 서비스: 에이전트 명령 및 로그 수집.')
    expect(text).toContain('originators  모두(any)\nresponders   디렉터(director)\n')
    expect(await shown(['inventory', 'check', sample('director.yaml'), '--lang', 'ko'])).toContain(
      '  디렉터(director)\n',
    )
  })

  it('is nothing for programs', async () => {
    for (const args of [DIRECTOR, ['inventory', 'check', sample('director.yaml')]]) {
      for (const format of ['json', 'ndjson', 'csv']) {
        const english = await shown([...args, '--format', format])
        expect(await shown([...args, '--format', format, '--lang', 'ko'])).toBe(english)
      }
    }
    const show = ['rules', 'show', 'director-cls-50001', '--format', 'json']
    expect(await shown([...show, '--lang', 'ko'])).toBe(await shown(show))
  })
})
