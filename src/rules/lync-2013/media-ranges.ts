import type { MediaRange } from '../rule.ts'

// Media ranges as the servers are set to them by default: administrators change start and count, not the last port.

/** Audio of conferences, of the application service and of the Mediation service. */
export const AUDIO: MediaRange = { start: 49152, count: 8348 }
export const VIDEO: MediaRange = { start: 57501, count: 8034 }
export const APPLICATION_SHARING: MediaRange = { start: 49152, count: 16383 }

/** One range for all kinds. It lies over the Centralized Logging ports 50001-50003: roles and bytes tell them apart. */
export const EDGE_MEDIA: MediaRange = { start: 50000, count: 10000 }

// The internal servers page rounds the ends of the first three up by one.
export const AUDIO_PRINTED_LAST = 57500
export const VIDEO_PRINTED_LAST = 65535
export const APPLICATION_SHARING_PRINTED_LAST = 65535
