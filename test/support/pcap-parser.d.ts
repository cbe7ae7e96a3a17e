declare module 'pcap-parser' {
  import type { Readable } from 'node:stream'

  export interface PcapParserPacket {
    readonly header: {
      readonly timestampSeconds: number
      readonly timestampMicroseconds: number
      readonly capturedLength: number
      readonly originalLength: number
    }
    readonly data: Buffer
  }

  export interface PcapParser {
    on(event: 'packet', listener: (packet: PcapParserPacket) => void): void
    on(event: 'end', listener: () => void): void
    on(event: 'error', listener: (error: Error) => void): void
  }

  export function parse(input: Readable | string): PcapParser
}
