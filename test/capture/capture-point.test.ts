import { describe, expect, it } from 'vitest'
import { capturePoint } from '../../src/capture/capture-point.ts'

const nameOf = (file: string) => capturePoint(`/captures/edge01/${file}`).name.replace(/^edge01\//, '')

describe('the files of a rotated set have one capture point', () => {
  it.each([
    [
      'dumpcap -b',
      'trace',
      [
        'trace_00001_20260131120000.pcapng',
        'trace_00002_20260131130000.pcapng',
        'trace_100000_20260201130000.pcapng.gz',
        'trace_00003_20260131140000.pcapng.zst',
      ],
    ],
    [
      'dumpcap -b with the time first',
      'trace',
      ['trace_20260131120000_00001.pcapng', 'trace_20260131130000_00002.pcapng'],
    ],
    [
      'dumpcap of a numbered machine',
      'edge-2',
      ['edge-2_00001_20260131120000.pcapng', 'edge-2_00002_20260131130000.pcapng'],
    ],
    ['tcpdump -C', 'trace', ['trace.pcap', 'trace.pcap1', 'trace.pcap02', 'trace.pcap003.gz', 'trace.pcap4.zst']],
    ['tcpdump -C of a numbered machine', 'edge-2', ['edge-2.pcap', 'edge-2.pcap1', 'edge-2.pcap10']],
    ['tcpdump -G with seconds', 'trace', ['trace-20260131120000.pcap', 'trace-20260131130000.pcap']],
    ['tcpdump -G with -C', 'trace', ['trace-20260131-120000.pcap1', 'trace-20260131-130000.pcap2']],
    ['dates', 'trace', ['trace-2026-01-31.pcap', 'trace_20260201.pcap', 'trace.20260202.pcap.gz']],
    [
      'dates with times',
      'trace',
      [
        'trace_2026-01-31_12.00.00.pcap',
        'trace_2026-01-31T12:30:00Z.pcap',
        'trace_20260131-1200.pcapng',
        'trace-20260131T120000.cap',
      ],
    ],
    ['dates with times of words', 'trace', ['trace_2026-01-31_12h00m00.pcap', 'trace_2026-01-31_13h30.pcap']],
    ['dates in front', '_trace', ['20260131_trace.pcap', '2026-02-01_trace.pcap']],
    ['a date between words', 'edge01-lan', ['edge01_20260131-lan.pcap', 'edge01-20260201-lan.pcap'].slice(1)],
    ['counters', 'trace', ['trace_00000.pcap', 'trace_00001.pcap']],
    ['endings', 'trace', ['trace.pcap', 'trace.PCAPNG', 'trace.cap', 'trace.ntar', 'trace.dmp', 'trace.pcap.gz']],
  ])('%s', (_name, point, files) => {
    expect(files.map(nameOf)).toEqual(files.map(() => point))
  })
})

describe('machines stay apart', () => {
  it.each([
    [['edge-1.pcap', 'edge-2.pcap']],
    [['edge01.pcap', 'edge02.pcap', 'edge.pcap']],
    [['edge_1.pcap', 'edge_2.pcap', 'edge_0012.pcap']],
    [['10.0.0.16.pcap', '10.0.0.17.pcap', '10.0.1.16.pcap']],
    [['10.0.0.16', '10.0.0.17']],
    [['2026-01-31_10.0.0.16.pcap', '2026-01-31_10.0.0.17.pcap', '2026-01-31_10.0.1.16.pcap']],
    [['2026-01-31_10.10.10.16.pcap', '2026-01-31_10.10.10.17.pcap', '2026-01-31_10.10.20.16.pcap']],
    [['10.10.10.16_2026-01-31.pcap', '10.10.10.17_2026-01-31.pcap']],
    [['10.10.10.16-20260131-120000.pcap', '10.10.10.17-20260131-120000.pcap']],
    [['trace1', 'trace2']],
    [['case-10234567.pcap', 'case-10234568.pcap']],
    [['asset-99991234.pcap', 'asset-99995678.pcap']],
    [['server1234567890.pcap', 'server1298765432.pcap']],
    [['00-15-5d-00-10-10.pcap', '00-15-5d-00-10-11.pcap']],
    [['2001-db8--16.pcap', '2001-db8--17.pcap']],
    [['director.pcap', 'director-ko.pcap', 'director-midstream.pcap']],
  ])('%j', (files) => {
    expect(new Set(files.map(nameOf)).size).toBe(files.length)
  })
})

describe('a capture point', () => {
  it('is named by its folder and file, and known by its folder’s whole path', () => {
    expect(capturePoint('/captures/edge01/trace_00001.pcapng')).toEqual({
      name: 'edge01/trace',
      folder: '/captures/edge01',
    })
    expect(capturePoint('/trace.pcap')).toEqual({ name: 'trace', folder: '/' })
  })

  it('has a name even when the file name is nothing but a date, a counter or an ending', () => {
    expect(['20260131.pcap', '_00001.pcap', '.pcap'].map(nameOf)).toEqual(['20260131', '_00001', '.pcap'])
  })
})
