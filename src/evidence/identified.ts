/**
 * What an identifier says of the bytes that one side of a flow sent first: the number of a service (service.ts), with
 * one of the flags below where the bytes also show who opened the flow.
 */
export type Identified = number

/** Too few bytes to tell: asked again when more of the stream is there. */
export const UNDECIDED = -1
/** The number of the service. */
export const SERVICE_MASK = 0xff
/** Only whoever opened the flow sends this. */
export const FROM_ORIGINATOR = 1 << 8
/** Only whoever was called sends this. */
export const FROM_RESPONDER = 1 << 9
