/** Helpers that lowering calls, by number (enum bpf_func_id of linux/bpf.h). */
import { must } from '../../base/assert.ts';
import { helperNumber } from '../../bpf/helpers.ts';

function number(name: string): number {
  return must(helperNumber(name), `helper ${name}`);
}

export const helpers = {
  mapLookup: number('map_lookup_elem'),
  mapUpdate: number('map_update_elem'),
  mapDelete: number('map_delete_elem'),
  mapLookupPercpu: number('map_lookup_percpu_elem'),
  forEachMapElem: number('for_each_map_elem'),
  loop: number('loop'),
  probeRead: number('probe_read'),
  probeReadStr: number('probe_read_str'),
  probeReadKernel: number('probe_read_kernel'),
  probeReadKernelStr: number('probe_read_kernel_str'),
  probeReadUser: number('probe_read_user'),
  probeReadUserStr: number('probe_read_user_str'),
  ktimeGetNs: number('ktime_get_ns'),
  ktimeGetBootNs: number('ktime_get_boot_ns'),
  ktimeGetTaiNs: number('ktime_get_tai_ns'),
  getPrandom: number('get_prandom_u32'),
  getCpu: number('get_smp_processor_id'),
  getNumaNode: number('get_numa_node_id'),
  getPidTgid: number('get_current_pid_tgid'),
  getNsPidTgid: number('get_ns_current_pid_tgid'),
  getUidGid: number('get_current_uid_gid'),
  getComm: number('get_current_comm'),
  getTask: number('get_current_task'),
  getTaskBtf: number('get_current_task_btf'),
  getCgroupId: number('get_current_cgroup_id'),
  getStackId: number('get_stackid'),
  getStack: number('get_stack'),
  getAttachCookie: number('get_attach_cookie'),
  perCpuPtr: number('per_cpu_ptr'),
  thisCpuPtr: number('this_cpu_ptr'),
  getFuncIp: number('get_func_ip'),
  getFuncRet: number('get_func_ret'),
  taskPtRegs: number('task_pt_regs'),
  jiffies64: number('jiffies64'),
  ringbufOutput: number('ringbuf_output'),
  ringbufReserve: number('ringbuf_reserve'),
  ringbufSubmit: number('ringbuf_submit'),
  sendSignal: number('send_signal'),
  sendSignalThread: number('send_signal_thread'),
  overrideReturn: number('override_return'),
  probeWriteUser: number('probe_write_user'),
  getSocketCookie: number('get_socket_cookie'),
  dPath: number('d_path'),
  tracePrintk: number('trace_printk'),
} as const;
