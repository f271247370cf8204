#!/usr/bin/env bash
# A fresh Debian 12 with its own systemd, processes, ports and names, in a folder; only the kernel is
# this machine's. For tests: what a server does that somebody rented.
#
#   debian.sh make DIR          unpacks a fresh one (debootstrap once, kept as a tarball beside DIR)
#   debian.sh chroot DIR CMD…   runs a command in it while it is off
#   debian.sh boot DIR          starts it; returns when systemd is up
#   debian.sh in DIR CMD…       runs a command in it while it runs
#   debian.sh near DIR CMD…     runs a program of this machine that sees its network
#   debian.sh can DIR           whether this machine can do any of it
#   debian.sh halt DIR          stops it at once
set -euo pipefail

fail() { echo "debian.sh: $*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || fail "a fresh Debian in a folder needs root, for debootstrap and namespaces: run it as root"
for tool in debootstrap unshare nsenter slirp4netns; do
    command -v "$tool" >/dev/null || fail "$tool is missing: make tools"
done

what=${1:?what to do} dir=$(realpath -m "${2:?which folder}")
shift 2
pid_file=$dir.pid slirp_file=$dir.slirp group=/sys/fs/cgroup
[ -d $group/unified ] && group=$group/unified
group=$group/dewdrop-$(basename "$dir")
clean=(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive)

make() {
    local base
    base=$(dirname "$dir")/bookworm-$(dpkg --print-architecture).tar
    mkdir -p "$(dirname "$dir")"
    if [ ! -f "$base" ]; then
        rm -rf "$dir.new"
        debootstrap --variant=minbase --include=systemd,systemd-sysv,ca-certificates,dbus bookworm "$dir.new" >"$dir.log" 2>&1 ||
            fail "debootstrap: $(tail -n 1 "$dir.log")"
        rm -f "$dir.new"/var/cache/apt/archives/*.deb
        tar -C "$dir.new" -cf "$base.new" .
        mv "$base.new" "$base"
        rm -rf "$dir.new"
    fi
    rm -rf --one-file-system "$dir"
    mkdir "$dir"
    tar -C "$dir" -xf "$base"
    # What Debian's installer writes.
    echo server >"$dir/etc/hostname"
    printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.1.1 server\n' >"$dir/etc/hosts"
}

# Within new namespaces, as process 1 of them.
begin() {
    mount --make-rprivate /
    mount --bind "$dir" "$dir"
    cd "$dir"
    mount -t proc proc proc
    mount -t sysfs -o ro sysfs sys
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    mount -t tmpfs -o mode=755 tmpfs run
    mount -t tmpfs -o mode=1777 tmpfs tmp
    mount -t tmpfs -o mode=755 tmpfs dev
    mkdir dev/pts dev/shm
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    for device in null zero full random urandom tty; do
        touch dev/$device
        mount --bind /dev/$device dev/$device
    done
    # The name server of the network that `boot` gives it.
    echo nameserver 10.0.2.3 >etc/resolv.conf
    pivot_root . mnt
    umount -l /mnt
    exec env -i container=dewdrop-test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=console
}

boot() {
    mkdir -p "$group" || fail "control groups can not be made: this needs a machine whose root may"
    (
        echo $BASHPID >"$group/cgroup.procs"
        exec setsid unshare --mount --pid --fork --uts --ipc --cgroup --net --kill-child \
            bash "$(realpath "$0")" begin "$dir" </dev/null >"$dir.console" 2>&1
    ) &
    local shell=$!
    for _ in $(seq 100); do
        init=$(pgrep -P $shell -x systemd || true)
        [ -n "$init" ] && break
        kill -0 $shell 2>/dev/null || fail "it did not boot: $(tail -n 1 "$dir.console")"
        sleep 0.1
    done
    [ -n "$init" ] || fail "it did not boot: $(tail -n 1 "$dir.console")"
    echo "$init" >"$pid_file"
    setsid slirp4netns --configure --mtu=65520 --disable-host-loopback "$init" tap0 </dev/null >"$dir.network" 2>&1 &
    echo $! >"$slirp_file"
    local state=
    for _ in $(seq 300); do
        state=$(inside systemctl is-system-running 2>/dev/null || true)
        [ "$state" = running ] && grep -q tap0 "/proc/$init/net/dev" && return
        [ "$state" = degraded ] && fail "it is not well: $(inside systemctl --failed --no-legend)"
        sleep 0.1
    done
    fail "it did not boot: ${state:-$(tail -n 1 "$dir.console")} $(tail -n 1 "$dir.network")"
}

inside() { nsenter -t "$(cat "$pid_file")" -m -p -i -u -C -n -- "${clean[@]}" "$@"; }

halt() {
    for file in "$slirp_file" "$pid_file"; do
        [ -f "$file" ] && kill -9 "$(cat "$file")" 2>/dev/null || true
        rm -f "$file"
    done
    for _ in $(seq 50); do
        [ -d "$group" ] || break
        find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
        sleep 0.1
    done
}

# Whether this machine has what the rest needs; one line if not.
can() {
    [ -c /dev/net/tun ] || fail "/dev/net/tun is missing, through which a machine in a folder reaches the network"
    { mkdir "$group.$$" && rmdir "$group.$$"; } 2>/dev/null || fail "control groups can not be made here"
    unshare --mount --pid --fork --uts --ipc --cgroup --net mount -t tmpfs tmpfs /mnt 2>/dev/null ||
        fail "namespaces can not be made here"
}

case $what in
    can) can ;;
    make) make ;;
    chroot) exec "${clean[@]}" chroot "$dir" "$@" ;;
    boot) boot ;;
    begin) begin ;;
    in) inside "$@" ;;
    near) exec nsenter -t "$(cat "$pid_file")" -n -- "$@" ;;
    halt) halt ;;
    *) fail "what is $what?" ;;
esac
