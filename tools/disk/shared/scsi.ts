/** Names of SCSI: commands by their codes, and the parts of results. */

const opcodes: ReadonlyMap<number, string> = new Map([
  [0x00, 'TEST_UNIT_READY'],
  [0x03, 'REQUEST_SENSE'],
  [0x08, 'READ_6'],
  [0x0a, 'WRITE_6'],
  [0x12, 'INQUIRY'],
  [0x1a, 'MODE_SENSE'],
  [0x1b, 'START_STOP'],
  [0x25, 'READ_CAPACITY'],
  [0x28, 'READ_10'],
  [0x2a, 'WRITE_10'],
  [0x35, 'SYNCHRONIZE_CACHE'],
  [0x41, 'WRITE_SAME'],
  [0x42, 'UNMAP'],
  [0x5a, 'MODE_SENSE_10'],
  [0x85, 'ATA_16'],
  [0x88, 'READ_16'],
  [0x8a, 'WRITE_16'],
  [0x91, 'SYNCHRONIZE_CACHE_16'],
  [0x93, 'WRITE_SAME_16'],
  [0x9e, 'SERVICE_ACTION_IN_16'],
  [0xa0, 'REPORT_LUNS'],
  [0xa8, 'READ_12'],
  [0xaa, 'WRITE_12'],
]);

/** Of the host adapter: bits 16 to 23 of a result (scsi/scsi_status.h). */
const hostBytes = [
  'DID_OK',
  'DID_NO_CONNECT',
  'DID_BUS_BUSY',
  'DID_TIME_OUT',
  'DID_BAD_TARGET',
  'DID_ABORT',
  'DID_PARITY',
  'DID_ERROR',
  'DID_RESET',
  'DID_BAD_INTR',
  'DID_PASSTHROUGH',
  'DID_SOFT_ERROR',
  'DID_IMM_RETRY',
  'DID_REQUEUE',
  'DID_TRANSPORT_DISRUPTED',
  'DID_TRANSPORT_FAILFAST',
  'DID_TARGET_FAILURE',
  'DID_NEXUS_FAILURE',
  'DID_ALLOC_FAILURE',
  'DID_MEDIUM_ERROR',
] as const;

/** Of the device: bits 0 to 7. */
const statuses: ReadonlyMap<number, string> = new Map([
  [0x00, 'SAM_STAT_GOOD'],
  [0x02, 'SAM_STAT_CHECK_CONDITION'],
  [0x04, 'SAM_STAT_CONDITION_MET'],
  [0x08, 'SAM_STAT_BUSY'],
  [0x18, 'SAM_STAT_RESERVATION_CONFLICT'],
  [0x28, 'SAM_STAT_TASK_SET_FULL'],
  [0x30, 'SAM_STAT_ACA_ACTIVE'],
  [0x40, 'SAM_STAT_TASK_ABORTED'],
]);

const hex = (value: number) => `0x${value.toString(16).padStart(2, '0')}`;

export const opcodeName = (opcode: number) => opcodes.get(opcode) ?? hex(opcode);
export const hostName = (result: number) => {
  const byte = (result >>> 16) & 0xff;
  return hostBytes[byte] ?? hex(byte);
};
export const statusName = (result: number) => statuses.get(result & 0xff) ?? hex(result & 0xff);
