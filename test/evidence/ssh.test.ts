import { expect, it } from 'vitest'
import { stream, text } from './identifying.ts'

it.each(['SSH-2.0-OpenSSH_for_Windows_8.1\r\n', 'SSH-1.99-Cisco-1.25\n', 'SSH-1.5-1.2.27\n'])('SSH is %s', (line) => {
  expect(stream(text(line))).toBe('ssh')
})

it.each(['SSH-3.0-later\r\n', 'SSH 2.0\r\n', 'ASH-2.0-x\r\n'])('SSH is not %s', (line) => {
  expect(stream(text(line))).toBe('unidentified')
})
