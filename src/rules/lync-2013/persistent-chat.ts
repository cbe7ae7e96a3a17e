import { port } from '../notation.ts'
import type { Rule } from '../rule.ts'
import { listener } from './citations.ts'

export const PERSISTENT_CHAT_RULES: readonly Rule[] = [
  {
    id: 'persistent-chat-sip-5041',
    originators: ['front-end'],
    responders: ['persistent-chat'],
    transport: 'tcp',
    ports: port(5041),
    protocol: 'sip-mtls',
    purpose: 'Signalling of Persistent Chat',
    references: [listener('int-pchat-5041')],
  },
  {
    id: 'persistent-chat-wcf-881',
    originators: ['persistent-chat', 'front-end'],
    responders: ['persistent-chat'],
    transport: 'tcp',
    ports: port(881),
    protocol: 'wcf-tls',
    purpose: 'Persistent Chat between servers, over TLS or mutual TLS',
    references: [listener('int-pchat-881')],
  },
  {
    id: 'persistent-chat-files-443',
    originators: ['client-internal'],
    responders: ['persistent-chat'],
    transport: 'tcp',
    ports: port(443),
    protocol: 'https',
    purpose: 'File transfer of Persistent Chat',
    references: [listener('int-pchat-443')],
  },
]
