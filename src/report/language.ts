import type { Role } from '../inventory/roles.ts'
import { ROLE_NAMES_KO } from '../inventory/roles-ko.ts'
import { PURPOSES_KO } from '../rules/purposes-ko.ts'
import type { Party, Rule } from '../rules/rule.ts'

/** The languages in which people see the names of roles and the purposes of rules. Programs get English always. */
export const LANGUAGES = ['en', 'ko'] as const
export type Language = (typeof LANGUAGES)[number]

type Env = Readonly<Record<string, string | undefined>>

/** What was asked for, else the language of the messages of this environment; `systemLocale` is that of Windows. */
export function languageOf(asked: Language | undefined, env: Env, systemLocale: string | undefined): Language {
  if (asked !== undefined) return asked
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG'], systemLocale].find((each) => (each ?? '') !== '')
  return /^ko(?![a-z])/i.test(locale ?? '') ? 'ko' : 'en'
}

/** A role for people; inventories and filters have its English word. */
export function roleName(role: Role, language: Language): string {
  return language === 'ko' ? ROLE_NAMES_KO[role] : role
}

const ANYBODY_KO = '모두'

/** A role, or anybody. */
export function partyName(party: Party, language: Language): string {
  if (party === 'any') return language === 'ko' ? ANYBODY_KO : party
  return roleName(party, language)
}

/** Where there is room: with the word that inventories and filters take. */
export function fullPartyName(party: Party, language: Language): string {
  return language === 'ko' ? `${partyName(party, language)}(${party})` : party
}

/** What a rule is for. A purpose that is not ours, such as that of a user's own pack, stays as it was written. */
export function purposeOf({ purpose }: Pick<Rule, 'purpose'>, language: Language): string {
  return language === 'ko' ? (PURPOSES_KO.get(purpose) ?? purpose) : purpose
}
