import { describe, expect, it } from 'vitest'
import { columnsOf, wantsColor, wantsProgress } from '../../src/cli/shell.ts'

describe('the width of the output', () => {
  it('is that of the terminal', () => {
    expect(columnsOf({}, 120)).toBe(120)
    expect(columnsOf({ COLUMNS: '40' }, 120)).toBe(120)
  })

  it('of a terminal that does not know it is what COLUMNS says', () => {
    expect(columnsOf({ COLUMNS: '90' }, 0)).toBe(90)
    expect(columnsOf({ COLUMNS: 'wide' }, 0)).toBe(0)
  })

  it('is unlimited in a pipe, unless PORTOLAN_WIDTH says otherwise', () => {
    expect(columnsOf({ COLUMNS: '90' }, undefined)).toBeUndefined()
    expect(columnsOf({ PORTOLAN_WIDTH: '80' }, undefined)).toBe(80)
    expect(columnsOf({ PORTOLAN_WIDTH: '0' }, undefined)).toBeUndefined()
    expect(columnsOf({ PORTOLAN_WIDTH: '80' }, 120)).toBe(80)
  })
})

describe('progress', () => {
  it('is shown on a terminal that can take a line back', () => {
    expect(wantsProgress({ TERM: 'xterm' }, true)).toBe(true)
    expect(wantsProgress({}, true)).toBe(true)
    expect(wantsProgress({ TERM: 'dumb' }, true)).toBe(false)
    expect(wantsProgress({ TERM: 'xterm' }, false)).toBe(false)
  })
})

describe('colour', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
  ])('with %j, on a terminal %s: %s', (env, isTerminal, color) => {
    expect(wantsColor(env, isTerminal)).toBe(color)
  })
})
