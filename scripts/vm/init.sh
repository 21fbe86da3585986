#!/bin/busybox sh
# First process of the virtual machine, from the initramfs. It builds the file system that the commands see, namely
# the host's root (read-only, 9p) under a writable layer in memory, and hands over to the agent.
# /settings sets: modules_folder (of this kernel, on the host), node (the host's).

export PATH=/bin
/bin/busybox --install -s /bin
. /settings

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for module in $(cat /modules/order); do insmod "/modules/$module" || echo "kscope-vm: cannot load $module"; done

mkdir -p /lower /upper /newroot
mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose host /lower &&
  mount -t tmpfs tmpfs /upper &&
  mkdir /upper/files /upper/work &&
  mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work overlay /newroot || {
  echo "kscope-vm: the host's root file system cannot be mounted"
  poweroff -f
}

umount /proc /sys
mount --move /dev /newroot/dev
cd /newroot
mount -t proc proc proc
mount -t sysfs sysfs sys
mkdir -p dev/shm dev/pts
mount -t tmpfs tmpfs dev/shm
ln -s /proc/self/fd dev/fd
for stream in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${stream%:*}" "dev/${stream#*:}"; done
mount -t devpts devpts dev/pts
mount -t tmpfs tmpfs run
mount -t tracefs tracefs sys/kernel/tracing
mount -t debugfs debugfs sys/kernel/debug
mount -t bpf bpf sys/fs/bpf
mount -t cgroup2 cgroup2 sys/fs/cgroup
ip link set lo up
hostname kscope-vm

release=$(uname -r)
mkdir -p lib/modules
[ -e "lib/modules/$release" ] || ln -s "$modules_folder" "lib/modules/$release"

mkdir -p run/kscope-vm/bin
cp /bin/busybox /agent/* run/kscope-vm
cat >run/kscope-vm/start <<END
/run/kscope-vm/busybox --install -s /run/kscope-vm/bin
'$node' /run/kscope-vm/agent.mjs
/run/kscope-vm/busybox poweroff -f
END
exec switch_root /newroot /run/kscope-vm/busybox sh /run/kscope-vm/start
