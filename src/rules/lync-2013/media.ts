import type { Role } from '../../inventory/roles.ts'
import { correction, portsOf, relatedPage, table } from '../notation.ts'
import type { Reference } from '../reference.ts'
import type { MediaRange, PortRange, Rule, Transport } from '../rule.ts'
import {
  APPLICATION_SHARING,
  APPLICATION_SHARING_PRINTED_LAST,
  AUDIO,
  AUDIO_PRINTED_LAST,
  VIDEO,
  VIDEO_PRINTED_LAST,
} from './media-ranges.ts'

// Media of Front Ends and Mediation Servers. Both ends send; the rules name as responder the one whose range is known.

const AUDIO_PORTS = portsOf(AUDIO, AUDIO_PRINTED_LAST)
const VIDEO_PORTS = portsOf(VIDEO, VIDEO_PRINTED_LAST)
const SHARING_PORTS = portsOf(APPLICATION_SHARING, APPLICATION_SHARING_PRINTED_LAST)

const AUDIO_CALLERS = ['client-internal', 'edge-internal', 'pstn-gateway'] as const
const AUDIO_SERVERS = ['front-end', 'mediation'] as const
const CONFERENCE_CALLERS = ['client-internal', 'edge-internal'] as const

export const MEDIA_RULES: readonly Rule[] = [
  ...(['udp', 'tcp'] as const).map((transport) =>
    media(`audio-media-${transport}`, AUDIO_CALLERS, AUDIO_SERVERS, transport, AUDIO_PORTS, AUDIO, 'Audio', [
      table('internal-servers', 'int-audio-media'),
      setTo('int-audio-media', 'audio', AUDIO, AUDIO_PRINTED_LAST),
      ...notLogging('int-audio-media', transport),
    ]),
  ),
  // A caller from the telephone network who joins a conference is one example.
  media('audio-media-servers-udp', AUDIO_SERVERS, AUDIO_SERVERS, 'udp', AUDIO_PORTS, AUDIO, 'Audio between servers', [
    correction('internal-servers', 'int-audio-media', 'Servers that end audio send it to each other as well.'),
  ]),
  ...(['udp', 'tcp'] as const).map((transport) =>
    media(`video-media-${transport}`, CONFERENCE_CALLERS, ['front-end'], transport, VIDEO_PORTS, VIDEO, 'Video', [
      table('internal-servers', 'int-fe-video-media'),
      setTo('int-fe-video-media', 'video', VIDEO, VIDEO_PRINTED_LAST),
    ]),
  ),
  media(
    'application-sharing-media',
    CONFERENCE_CALLERS,
    ['front-end'],
    'tcp',
    SHARING_PORTS,
    APPLICATION_SHARING,
    'Application sharing',
    [
      table('internal-servers', 'int-fe-appshare-media'),
      setTo('int-fe-appshare-media', 'application sharing', APPLICATION_SHARING, APPLICATION_SHARING_PRINTED_LAST),
      ...notLogging('int-fe-appshare-media', 'tcp'),
    ],
  ),
]

function media(
  id: string,
  originators: readonly Role[],
  responders: readonly Role[],
  transport: Transport,
  ports: readonly PortRange[],
  mediaRange: MediaRange,
  kind: string,
  references: readonly Reference[],
): Rule {
  const over = transport === 'tcp' ? 'over TCP' : 'over UDP'
  const purpose = `${kind} of calls and conferences ${over}`
  return { id, originators, responders, transport, ports, mediaRange, protocol: 'srtp', purpose, references }
}

/** The port page rounds what the page on port ranges has as start and count. */
function setTo(row: string, kind: string, { start, count }: MediaRange, printed: number): Reference {
  const last = start + count - 1
  return relatedPage(
    'conferencing-port-ranges',
    `${kind} start and count`,
    `Start ${start}, count ${count}, which ends at ${last}; ${row} prints ${printed}.`,
  )
}

function notLogging(row: string, transport: Transport): readonly Reference[] {
  if (transport === 'udp') return []
  const says = 'The range covers 50001-50003 of Centralized Logging: the bytes tell which of both it is.'
  return [correction('internal-servers', row, says)]
}
