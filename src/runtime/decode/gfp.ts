/**
 * Flags of the kernel's memory allocator by name (`%gr`), largest combinations first. Values and names as the
 * kmem tracepoints of Linux 6.18 describe them; bits have moved between kernel versions, the combinations of
 * low bits much less.
 */
const bit = (number: number): bigint => 1n << BigInt(number);

const dma = bit(0);
const highmem = bit(1);
const dma32 = bit(2);
const movable = bit(3);
const high = bit(5);
const io = bit(6);
const fs = bit(7);
const directReclaim = bit(10);
const kswapdReclaim = bit(11);
const reclaim = directReclaim | kswapdReclaim;
const nowarn = bit(13);
const comp = bit(18);
const nomemalloc = bit(19);
const hardwall = bit(20);
const account = bit(22);

const kernel = reclaim | io | fs;
const user = kernel | hardwall;
const highuser = user | highmem;
const highuserMovable = highuser | movable;
const transhugeLight = (highuserMovable | comp | nomemalloc | nowarn) & ~reclaim;

export const gfpNames: readonly (readonly [bigint, string])[] = [
  [transhugeLight | directReclaim, 'GFP_TRANSHUGE'],
  [transhugeLight, 'GFP_TRANSHUGE_LIGHT'],
  [highuserMovable, 'GFP_HIGHUSER_MOVABLE'],
  [highuser, 'GFP_HIGHUSER'],
  [user, 'GFP_USER'],
  [kernel | account, 'GFP_KERNEL_ACCOUNT'],
  [kernel, 'GFP_KERNEL'],
  [reclaim | io, 'GFP_NOFS'],
  [high | kswapdReclaim, 'GFP_ATOMIC'],
  [reclaim, 'GFP_NOIO'],
  [kswapdReclaim, 'GFP_NOWAIT'],
  [dma, 'GFP_DMA'],
  [highmem, '__GFP_HIGHMEM'],
  [dma32, 'GFP_DMA32'],
  [movable, '__GFP_MOVABLE'],
  [bit(4), '__GFP_RECLAIMABLE'],
  [high, '__GFP_HIGH'],
  [io, '__GFP_IO'],
  [fs, '__GFP_FS'],
  [bit(8), '__GFP_ZERO'],
  [directReclaim, '__GFP_DIRECT_RECLAIM'],
  [bit(12), '__GFP_WRITE'],
  [nowarn, '__GFP_NOWARN'],
  [bit(14), '__GFP_RETRY_MAYFAIL'],
  [bit(15), '__GFP_NOFAIL'],
  [bit(16), '__GFP_NORETRY'],
  [bit(17), '__GFP_MEMALLOC'],
  [comp, '__GFP_COMP'],
  [nomemalloc, '__GFP_NOMEMALLOC'],
  [hardwall, '__GFP_HARDWALL'],
  [bit(21), '__GFP_THISNODE'],
  [account, '__GFP_ACCOUNT'],
  [bit(23), '__GFP_ZEROTAGS'],
];

/** Names joined by `|`, what is left in hex; `0` for none. */
export function gfpText(flags: bigint): string {
  const names: string[] = [];
  let left = flags;
  for (const [mask, name] of gfpNames) {
    if ((left & mask) !== mask) continue;
    names.push(name);
    left &= ~mask;
  }
  if (left !== 0n) names.push(`0x${left.toString(16)}`);
  return names.length === 0 ? '0' : names.join('|');
}
