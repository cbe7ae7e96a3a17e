import { createReadStream } from 'node:fs'
import { parse } from 'pcap-parser'

/*
 * Run as a process of its own: reads a capture with the npm package pcap-parser, which does nothing but count packets. By
 * its path, as its own page shows it; or, with a second argument, as a stream of chunks of so many bytes.
 */
const [, , path = '', chunk] = process.argv
const reading = parse(chunk === undefined ? path : createReadStream(path, { highWaterMark: Number(chunk) }))
let packets = 0
reading.on('packet', () => {
  packets += 1
})
reading.on('end', () => console.log(packets))
