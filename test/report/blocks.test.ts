import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeFacts, writeHeading, writeSentence } from '../../src/report/blocks.ts'
import { displayWidth } from '../../src/report/width.ts'
import { captureOutput } from './captured-output.ts'

describe('writeHeading', () => {
  it('is bold in colour and plain elsewhere', () => {
    const [plain, colored] = [captureOutput(80), captureOutput(80, true)]
    writeHeading(plain, 'Findings')
    writeHeading(colored, 'Findings')
    expect(plain.text()).toBe('Findings\n')
    expect(colored.text()).toBe('\x1b[1mFindings\x1b[22m\n')
  })
})

describe('writeSentence', () => {
  const text = 'The capture 서울.pcapng ends in the middle of a block.'

  it('wraps with a hanging indent', () => {
    const out = captureOutput(24)
    writeSentence(out, `- ${text}`, { indent: 2, hang: 4 })
    expect(out.lines()).toEqual(['  - The capture', '    서울.pcapng ends in', '    the middle of a', '    block.'])
  })

  it('is one line in a pipe', () => {
    const out = captureOutput()
    writeSentence(out, text, { indent: 2 })
    expect(out.text()).toBe(`  ${text}\n`)
  })

  it('colours each line apart from its indent, and escapes what it is given', () => {
    const out = captureOutput(9, true)
    writeSentence(out, 'a\x1bb broken', { indent: 2, tone: 'broken' })
    expect(out.lines()).toEqual(['  \x1b[33ma\\x1bb\x1b[39m', '  \x1b[33mbroken\x1b[39m'])
  })
})

describe('writeFacts', () => {
  const facts = [
    { label: 'source', value: 'any' },
    { label: '목적지', value: 'director, front-end and their pools' },
    { label: 'references', value: ['single Director, row 3', 'prose'] },
    { label: 'note', value: [] },
  ]

  it('aligns values by display width and hangs what is long', () => {
    const out = captureOutput(40)
    writeFacts(out, facts, 2)
    expect(out.lines()).toEqual([
      '  source      any',
      '  목적지      director, front-end and',
      '              their pools',
      '  references  single Director, row 3',
      '              prose',
      '  note',
    ])
  })

  it('puts values under their labels where there is no room beside them', () => {
    const out = captureOutput(20)
    writeFacts(out, facts.slice(0, 2))
    expect(out.lines()).toEqual(['source', '  any', '목적지', '  director,', '  front-end and', '  their pools'])
  })

  it('writes nothing for no facts', () => {
    const out = captureOutput(80)
    writeFacts(out, [])
    expect(out.text()).toBe('')
  })
})

it('no line is wider than the output', () => {
  const text = fc
    .array(fc.constantFrom('a', 'bcd', ' ', '가나', 'e\u0301', '🎉', '\x1b', '\u202e'))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 90 }),
      fc.nat(9),
      fc.nat(9),
      text,
      text,
      (columns, indent, hang, one, two) => {
        const out = captureOutput(columns)
        writeSentence(out, one, { indent, hang })
        writeFacts(
          out,
          [
            { label: one, value: two },
            { label: 'b', value: [one, two] },
          ],
          indent,
        )
        for (const line of out.lines()) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
      },
    ),
  )
})
