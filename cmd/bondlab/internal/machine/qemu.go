package machine

import (
	"fmt"
	"os"
	"os/exec"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/image"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

// Files of a machine's own directory that only the host uses.
const (
	consoleFile = "console.log"
	diskFile    = "disk.img"
)

// Shell boots a guest that builds the world of a story and gives a prompt in it.
func Shell(suite, story string) error {
	s, err := findSource()
	if err != nil {
		return err
	}
	if _, err := os.Stat(s.path("corpus", story+".hcl")); err != nil {
		return fmt.Errorf("there is no story %s: %w", story, err)
	}
	img, err := image.Build(suite, os.Stdout)
	if err != nil {
		return err
	}
	accel, err := accelerator(img)
	if err != nil {
		return err
	}
	share, err := s.prepare(scenario.Plan{Shell: story}, suite, img.Examples)
	if err != nil {
		return err
	}
	m := &machine{share: share, img: img, accel: accel}
	if err := os.MkdirAll(m.own(""), 0o755); err != nil {
		return fmt.Errorf("making room for a machine: %w", err)
	}
	if err := m.newDisk(); err != nil {
		return err
	}
	defer func() { _ = os.Remove(m.own(diskFile)) }()
	cmd := m.command(m.own(consoleFile), "chardev:person", "-chardev", "stdio,id=person,signal=off")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running the guest: %w", err)
	}
	return nil
}

// kernelWords are for speed under emulation, but for those that a guest needs:
// each check and each line on the console that is left out costs a real machine nothing and an emulated one much.
const kernelWords = "console=ttyS0 root=/dev/vda rw quiet loglevel=1 net.ifnames=0 panic=-1 systemd.show_status=0" +
	" mitigations=off init_on_alloc=0 nokaslr lsm= audit=0 nowatchdog cryptomgr.notests rcupdate.rcu_expedited=1" +
	// A kernel that hangs ends, and its host notices at once.
	" sysctl.kernel.panic_on_rcu_stall=1 sysctl.kernel.max_rcu_stall_to_panic=2" +
	// A scenario is what is behind the registers of the GPIO chip.
	" iomem=relaxed" +
	// Drivers of what the emulator has, and no scenario needs: a fifth of a boot goes into them.
	" modprobe.blacklist=acpi_cpufreq,button,ccp,floppy,i2c_piix4,kvm,kvm_amd,pcengines_apuv2,powernow_k8,qemu_fw_cfg "

// board has the machine call itself a PC Engines APU2, whose GPIO chip has its registers
// at a place that nothing else is at, and gives it memory that a scenario can put there:
// Debian's kernel has neither gpio-sim nor gpio-mockup, and QEMU has no chip of its own.
var board = []string{
	"-smbios", "type=1,manufacturer=PC Engines", "-smbios", "type=2,product=PC Engines apu2",
	"-object", "memory-backend-ram,id=registers,size=64K", "-device", "ivshmem-plain,memdev=registers",
}

// command is QEMU's. One processor: emulated ones do not always see in time
// what another writes into the kernel's code, and the guest then dies of an
// int3 at a static key; more machines use more processors. A plain processor:
// what newer ones check at each step an emulator checks slowly. The first serial
// line is the kernel's, the second the agent's.
func (m *machine) command(console, agent string, more ...string) *exec.Cmd {
	return m.img.Emulator.Command(slices.Concat([]string{
		"-accel", m.accel, "-cpu", "qemu64,+rdrand", "-m", "2048", "-smp", "1",
		"-nodefaults", "-display", "none", "-no-reboot",
		"-kernel", m.img.Kernel, "-initrd", m.img.Initrd,
		"-append", fmt.Sprint(kernelWords, scenario.MachineParameter, m.number),
		"-drive", "if=virtio,format=raw,cache=unsafe,file=" + m.own(diskFile),
		"-virtfs", "local,mount_tag=host,security_model=none,multidevs=remap,path=" + m.share,
		"-serial", "file:" + console,
		"-serial", agent,
	}, board, more)...)
}
