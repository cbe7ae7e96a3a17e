import { open } from 'node:fs/promises'
import { parse } from 'pcap-parser'

/*
 * Run as a process of its own: reads a capture with the npm package pcap-parser, which does nothing but count packets.
 * In large chunks, which is its fastest way.
 */
const file = await open(process.argv[2] as string)
const reading = parse(file.createReadStream({ highWaterMark: 1 << 20 }))
let packets = 0
reading.on('packet', () => {
  packets += 1
})
reading.on('end', () => console.log(packets))
