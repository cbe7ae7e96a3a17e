import { LANGUAGES, type Language, languageOf } from '../report/language.ts'
import { choose } from './options.ts'
import type { Shell } from './shell.ts'

const OPTION = '--lang'

/**
 * What --lang asks for, wherever it stands; where it is not given, the environment decides, or the system on Windows.
 */
export function parseLanguage(args: readonly string[], env: Shell['env']): Language {
  const value = askedFor(args)
  const asked = value === undefined ? undefined : choose(OPTION, value, LANGUAGES)
  return languageOf(asked, env, process.platform === 'win32' ? systemLocale() : undefined)
}

/** The last one counts, as with all options. */
function askedFor(args: readonly string[]): string | undefined {
  const end = args.indexOf('--')
  let value: string | undefined
  for (const [index, word] of args.slice(0, end < 0 ? undefined : end).entries()) {
    if (word === OPTION) value = args[index + 1] ?? value
    else if (word.startsWith(`${OPTION}=`)) value = word.slice(OPTION.length + 1)
  }
  return value
}

function systemLocale(): string {
  return Intl.DateTimeFormat().resolvedOptions().locale
}
