/** What the network interfaces carry, and how TCP fares: connections made and taken, segments sent again. */
import { label, measure, numberOf } from '../../../src/tools/shape/column.ts';
import { type Look, percent } from '../section.ts';

interface Interface {
  readonly receivedBytes: number;
  readonly receivedPackets: number;
  readonly receiveTrouble: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
  readonly sendTrouble: number;
}

/** Columns of /proc/net/dev after the name: 8 for receiving, 8 for sending. */
function parseInterfaces(text: string): ReadonlyMap<string, Interface> {
  return new Map(
    [...text.matchAll(/^\s*([^\s:]+):\s*(.*)$/gm)].map((line) => {
      const fields = (line[2] ?? '').split(/\s+/).map(Number);
      const at = (index: number) => fields[index] ?? 0;
      return [
        line[1] ?? '',
        {
          receivedBytes: at(0),
          receivedPackets: at(1),
          receiveTrouble: at(2) + at(3),
          sentBytes: at(8),
          sentPackets: at(9),
          sendTrouble: at(10) + at(11),
        },
      ];
    }),
  );
}

const noTraffic: Interface = {
  receivedBytes: 0,
  receivedPackets: 0,
  receiveTrouble: 0,
  sentBytes: 0,
  sentPackets: 0,
  sendTrouble: 0,
};

export const interfaces: Look<ReadonlyMap<string, Interface>> = {
  name: 'interfaces',
  title: 'Network interfaces',
  like: 'sar -n DEV 1',
  sample: (read) => parseInterfaces(read('/proc/net/dev')),
  table: (before, after, seconds) => ({
    columns: [
      label('INTERFACE', 'interface', { about: 'name', width: 15 }),
      measure('RX_KB/s', 'received_kib_per_s', { about: 'KiB received a second', width: 10, decimals: 1 }),
      measure('TX_KB/s', 'sent_kib_per_s', { about: 'KiB sent a second', width: 10, decimals: 1 }),
      measure('RX_PKT/s', 'received_packets_per_s', {
        about: 'packets received a second',
        width: 10,
        decimals: 0,
      }),
      measure('TX_PKT/s', 'sent_packets_per_s', { about: 'packets sent a second', width: 10, decimals: 0 }),
      measure('ERR+DROP/s', 'trouble_per_s', {
        about: 'errors and dropped packets a second',
        width: 10,
        decimals: 1,
      }),
    ],
    rows: [...after].map(([name, now]) => {
      const then = before.get(name) ?? noTraffic;
      const rate = (field: keyof Interface) => (now[field] - then[field]) / seconds;
      return {
        interface: name,
        received_kib_per_s: rate('receivedBytes') / 1024,
        sent_kib_per_s: rate('sentBytes') / 1024,
        received_packets_per_s: rate('receivedPackets'),
        sent_packets_per_s: rate('sentPackets'),
        trouble_per_s: rate('receiveTrouble') + rate('sendTrouble'),
      };
    }),
  }),
  findings: ({ rows }) =>
    rows
      .filter((row) => numberOf(row.trouble_per_s) > 0)
      .map((row) => `${String(row.interface)} drops packets or has errors`),
};

/** Pairs of lines: names, then numbers, both after `Tcp:`. */
function parsePairs(text: string, section: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line.startsWith(`${section}: `));
  const [names = '', values = ''] = lines.map((line) => line.slice(section.length + 2));
  const numbers = values.split(' ').map(Number);
  return new Map(names.split(' ').map((name, index) => [name, numbers[index] ?? 0]));
}

export const tcp: Look<ReadonlyMap<string, number>> = {
  name: 'tcp',
  title: 'TCP',
  like: 'sar -n TCP,ETCP 1',
  sample: (read) =>
    new Map([
      ...parsePairs(read('/proc/net/snmp'), 'Tcp'),
      ...parsePairs(read('/proc/net/netstat'), 'TcpExt'),
    ]),
  table: (before, after, seconds) => {
    const rate = (name: string) => ((after.get(name) ?? 0) - (before.get(name) ?? 0)) / seconds;
    return {
      columns: [
        measure('ACTIVE/s', 'active_opens_per_s', {
          about: 'connections made from here a second',
          width: 9,
          decimals: 1,
        }),
        measure('PASSIVE/s', 'passive_opens_per_s', {
          about: 'connections taken a second',
          width: 9,
          decimals: 1,
        }),
        measure('ISEG/s', 'segments_in_per_s', {
          about: 'segments received a second',
          width: 9,
          decimals: 0,
        }),
        measure('OSEG/s', 'segments_out_per_s', { about: 'segments sent a second', width: 9, decimals: 0 }),
        measure('RETRANS/s', 'retransmits_per_s', {
          about: 'segments sent again a second',
          width: 9,
          decimals: 1,
        }),
        measure('RESETS/s', 'resets_per_s', { about: 'resets sent a second', width: 9, decimals: 1 }),
        measure('LISTENDROP/s', 'listen_drops_per_s', {
          about: 'connections dropped at full queues of listeners a second',
          width: 12,
          decimals: 1,
        }),
      ],
      rows: [
        {
          active_opens_per_s: rate('ActiveOpens'),
          passive_opens_per_s: rate('PassiveOpens'),
          segments_in_per_s: rate('InSegs'),
          segments_out_per_s: rate('OutSegs'),
          retransmits_per_s: rate('RetransSegs'),
          resets_per_s: rate('OutRsts'),
          listen_drops_per_s: rate('ListenDrops'),
        },
      ],
    };
  },
  findings: ({ rows: [row = {}] }) => [
    ...(percent(numberOf(row.retransmits_per_s), numberOf(row.segments_out_per_s)) > 1
      ? ['more than 1 % of the TCP segments are sent again: tcpretrans shows to whom']
      : []),
    ...(numberOf(row.listen_drops_per_s) > 0
      ? ['connections are dropped at a full queue of a listener: tcpsynbl shows which']
      : []),
  ],
};
