#include "engine/tool/builtin/sandbox_filter.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <vector>

namespace engine {

#if defined(__x86_64__) || defined(__aarch64__)

namespace {

#if defined(__x86_64__)
    constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#else
    constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

    /// Calls with this bit are those of the x32 interface, numbered apart.
    constexpr std::uint32_t kOtherInterface = 0x40000000U;

    constexpr std::array kNeverAllowed {SYS_add_key,        SYS_bpf,
                                        SYS_delete_module,  SYS_finit_module,
                                        SYS_fsconfig,       SYS_fsmount,
                                        SYS_fsopen,         SYS_init_module,
                                        SYS_io_uring_enter, SYS_io_uring_register,
                                        SYS_io_uring_setup, SYS_kexec_load,
                                        SYS_keyctl,         SYS_mount,
                                        SYS_move_mount,     SYS_open_by_handle_at,
                                        SYS_open_tree,      SYS_perf_event_open,
                                        SYS_pivot_root,     SYS_reboot,
                                        SYS_request_key,    SYS_setns,
                                        SYS_swapoff,        SYS_swapon,
                                        SYS_umount2,        SYS_unshare,
                                        SYS_userfaultfd};

    constexpr std::uint32_t kNamespaces = CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNET
        | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUSER | CLONE_NEWUTS;

    /// Writes a filter; each rule begins with the number of the call loaded and leaves it so.
    class FilterWriter
    {
    public:
        FilterWriter()
        {
            load(offsetof(seccomp_data, arch));
            jump(BPF_JEQ, kArchitecture, 1, 0);
            answer(SECCOMP_RET_KILL_PROCESS);
            load(offsetof(seccomp_data, nr));
            jump(BPF_JGE, kOtherInterface, 0, 1);
            refuse(ENOSYS);
        }

        void refuseCall(long call, std::uint32_t error)
        {
            jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, 1);
            refuse(error);
        }

        /// Where an argument passes a test: BPF_JSET, some of these bits; BPF_JEQ, this value.
        void refuseWhere(long call, unsigned argument, unsigned test, std::uint32_t value)
        {
            jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, 4);
            loadArgument(argument);
            jump(test, value, 0, 1);
            refuse(EPERM);
            load(offsetof(seccomp_data, nr));
        }

        /// Where an argument is none of three values.
        void allowOnly(long call,
                       unsigned argument,
                       const std::array<std::uint32_t, 3>& values,
                       std::uint32_t error)
        {
            jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, 6);
            loadArgument(argument);
            jump(BPF_JEQ, values[0], 3, 0);
            jump(BPF_JEQ, values[1], 2, 0);
            jump(BPF_JEQ, values[2], 1, 0);
            refuse(error);
            load(offsetof(seccomp_data, nr));
        }

        QByteArray finish()
        {
            answer(SECCOMP_RET_ALLOW);
            QByteArray bytes;
            for (const sock_filter& each : m_filter) {
                // NOLINTNEXTLINE: the kernel takes them as they lie in memory
                bytes.append(reinterpret_cast<const char*>(&each), sizeof each);
            }
            return bytes;
        }

    private:
        void add(unsigned code, unsigned yes, unsigned no, std::uint32_t value)
        {
            m_filter.push_back({static_cast<std::uint16_t>(code),
                                static_cast<std::uint8_t>(yes),
                                static_cast<std::uint8_t>(no),
                                value});
        }

        void load(std::size_t offset)
        {
            add(BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset));
        }

        /// Its lower half, which is all that the kernel reads of those that are asked for; both
        /// processors keep it first.
        void loadArgument(unsigned number)
        {
            load(offsetof(seccomp_data, args) + number * sizeof(std::uint64_t));
        }

        void jump(unsigned test, std::uint32_t value, unsigned yes, unsigned no)
        {
            add(BPF_JMP | test | BPF_K, yes, no, value);
        }

        void answer(std::uint32_t value) { add(BPF_RET | BPF_K, 0, 0, value); }

        void refuse(std::uint32_t error) { answer(SECCOMP_RET_ERRNO | error); }

        std::vector<sock_filter> m_filter;
    };

} // namespace

QByteArray sandboxFilter()
{
    FilterWriter to;
    for (const long call : kNeverAllowed)
        to.refuseCall(call, EPERM);
    to.allowOnly(SYS_socket, 0, {AF_INET, AF_INET6, AF_NETLINK}, EAFNOSUPPORT);
    to.refuseWhere(SYS_clone, 0, BPF_JSET, kNamespaces);
    // Its flags lie in memory, where no filter sees them; who is refused it takes the older one.
    to.refuseCall(SYS_clone3, ENOSYS);
    to.refuseWhere(SYS_ioctl, 1, BPF_JEQ, TIOCSTI);
    to.refuseWhere(SYS_ioctl, 1, BPF_JEQ, TIOCLINUX);
    return to.finish();
}

#else

QByteArray sandboxFilter()
{
    return {};
}

#endif

} // namespace engine
